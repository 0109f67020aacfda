//! What mdBook cannot know while it renders: the names of the client's files, and each page's preview.

use super::assets::Assets;
use crate::catalog::Catalog;
use anyhow::Result;
use std::{
    fs,
    path::{Path, PathBuf},
};
use still_running_view::text::escape;

/// In `theme/head.hbs`: where a page's link preview goes.
const META: &str = "<!-- still-running: preview -->";
/// In `theme/head.hbs`: the import map, with the modules' plain names.
const MAP: (&str, &str) = ("<script type=\"importmap\">", "</script>");
const XTERM: &str = "client/xterm.mjs";
const FIT: &str = "client/addon-fit.mjs";

/// Fills in what is open in every page.
pub(super) fn finish(catalog: &Catalog, site: &Path, assets: &Assets) -> Result<()> {
    let labs = catalog.slugs();
    for page in html_files(site)? {
        let html = fs::read_to_string(&page)?;
        let html = import_map(&html, assets);
        let slug = page.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let meta =
            if labs.contains(&slug) { meta(catalog, site, &page, &slug) } else { String::new() };
        fs::write(&page, html.replacen(META, &meta, 1))?;
    }
    Ok(())
}

/// Every page of the site.
pub(crate) fn html_files(site: &Path) -> Result<Vec<PathBuf>> {
    let (mut all, mut open) = (vec![], vec![site.to_owned()]);
    while let Some(dir) = open.pop() {
        for entry in fs::read_dir(dir)? {
            let path = entry?.path();
            match path.extension() {
                _ if path.is_dir() => open.push(path),
                Some(e) if e == "html" => all.push(path),
                _ => {}
            }
        }
    }
    all.sort();
    Ok(all)
}

/// The hashed names; without xterm.js there is no map.
fn import_map(html: &str, assets: &Assets) -> String {
    if let Some(xterm) = &assets.xterm {
        return html.replacen(XTERM, &xterm.module, 1).replacen(FIT, &xterm.fit, 1);
    }
    let Some(start) = html.find(MAP.0) else { return html.to_owned() };
    match html[start..].find(MAP.1) {
        Some(length) => html[..start].to_owned() + &html[start + length + MAP.1.len()..],
        None => html.to_owned(),
    }
}

/// What a link to a lab's page shows elsewhere.
fn meta(catalog: &Catalog, site: &Path, page: &Path, slug: &str) -> String {
    let about = catalog.lab(slug).ok().and_then(|lab| lab.describe().ok());
    let Some(about) = about else { return String::new() };
    let depth = page.strip_prefix(site).map_or(1, |p| p.components().count()).saturating_sub(1);
    let tag = |name: &str, value: &str| {
        format!("<meta property=\"og:{name}\" content=\"{}\">", escape(value))
    };
    let crates = about.crates.join(", ");
    [
        tag("type", "article"),
        tag("title", &about.title),
        tag("description", &format!("{} ({crates}). A reproducer you can run.", about.title)),
        tag("image", &format!("{}preview/{slug}.svg", "../".repeat(depth))),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::site::assets::Xterm;

    const PAGE: &str = "<head><script type=\"importmap\">{\"xterm\":\"./../client/xterm.mjs\",\"f\":\"./../client/addon-fit.mjs\"}</script><title>x</title>";

    #[test]
    fn modules_get_the_names_they_were_copied_under() {
        let xterm = Xterm {
            module: "client/xterm-1.mjs".into(),
            fit: "client/fit-2.mjs".into(),
            css: String::new(),
        };
        let html = import_map(PAGE, &Assets { xterm: Some(xterm), ..Assets::default() });
        assert!(html.contains("./../client/xterm-1.mjs") && html.contains("./../client/fit-2.mjs"));
    }

    #[test]
    fn without_modules_there_is_no_map() {
        assert_eq!(import_map(PAGE, &Assets::default()), "<head><title>x</title>");
    }
}
