//! What mdBook cannot know while it renders: the names of the client's files, and each page's preview.

use super::{Public, preview::Preview};
use crate::{
    catalog::Catalog,
    tags::{Markup, pieces, value},
};
use anyhow::Result;
use std::{
    fs,
    path::{Path, PathBuf},
};
use still_running_protocol::Assets;
use still_running_view::text::escape;

/// In `theme/head.hbs`: where a page's link preview goes.
const META: &str = "<!-- still-running: preview -->";
/// In `theme/head.hbs`: the import map, with the modules' plain names.
const MAP: (&str, &str) = ("<script type=\"importmap\">", "</script>");
const XTERM: &str = "client/xterm.mjs";
const FIT: &str = "client/addon-fit.mjs";

/// Fills in what is open in every page.
pub(super) fn finish(
    catalog: &Catalog,
    site: &Path,
    assets: &Assets,
    public: &Public<'_>,
) -> Result<()> {
    for page in html_files(site)? {
        let html = fs::read_to_string(&page)?;
        let html = import_map(&html, assets);
        let path = page.strip_prefix(site)?.to_string_lossy().replace('\\', "/");
        let meta = meta(catalog, &path, &html, public);
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

/// What a link to a page shows elsewhere. Addresses in it must be whole, so they are there only where the site's is
/// known.
fn meta(catalog: &Catalog, path: &str, html: &str, public: &Public<'_>) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".html");
    let lab = catalog.lab(name).ok().and_then(|lab| lab.describe().ok());
    let (kind, title, said) = match &lab {
        Some(lab) => (
            "article",
            lab.title.clone(),
            format!("{} ({}). A reproducer you can run.", lab.title, lab.crates.join(", ")),
        ),
        None => {
            let page = pieces(html);
            ("website", heading(&page), description(&page))
        }
    };
    let mut all = vec![
        property("og:site_name", "Still Running"),
        property("og:type", kind),
        property("og:title", &title),
        property("og:description", &said),
    ];
    if let Some(address) = public.address {
        let here = address.of(if path == "index.html" { "" } else { path });
        all.push(format!("<link rel=\"canonical\" href=\"{}\">", escape(&here)));
        all.push(property("og:url", &here));
        if public.pictures.contains(name) {
            all.extend(picture(&address.of(&format!("preview/{name}.png")), &title));
        }
    }
    all.concat()
}

fn picture(address: &str, title: &str) -> [String; 5] {
    [
        property("og:image", address),
        property("og:image:width", &Preview::WIDTH.to_string()),
        property("og:image:height", &Preview::HEIGHT.to_string()),
        property("og:image:alt", &format!("The timeline of a run: {title}")),
        "<meta name=\"twitter:card\" content=\"summary_large_image\">".to_owned(),
    ]
}

fn property(name: &str, value: &str) -> String {
    format!("<meta property=\"{name}\" content=\"{}\">", escape(value))
}

/// The text of the page's first heading, which is within `<main>`: mdBook's own is the book's title.
fn heading(page: &[Markup]) -> String {
    let opens = |name: &'static str| move |piece: &&Markup| matches!(piece, Markup::Open(tag, _) if tag == name);
    let inside = page
        .iter()
        .skip_while(|piece| !opens("main")(piece))
        .skip_while(|piece| !opens("h1")(piece));
    let text = inside.take_while(|piece| !matches!(piece, Markup::Close(tag) if tag == "h1"));
    let text: String = text
        .filter_map(|piece| match piece {
            Markup::Text(text) => Some(text.as_str()),
            _ => None,
        })
        .collect();
    text.trim().to_owned()
}

/// What mdBook wrote for search engines.
fn description(page: &[Markup]) -> String {
    let said = page.iter().find_map(|piece| match piece {
        Markup::Open(tag, of) if tag == "meta" && value(of, "name") == Some("description") => {
            value(of, "content")
        }
        _ => None,
    });
    said.unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use still_running_protocol::Xterm;

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
    fn a_heading_is_read_without_its_tags() {
        let page = "<h1 class=\"menu-title\">Book</h1><main><h1 id=\"a\"><a class=\"header\" href=\"#a\">What <code>Vec&lt;u8&gt;</code> &amp; I</a></h1>";
        assert_eq!(heading(&pieces(page)), "What Vec<u8> & I");
        assert_eq!(heading(&pieces("<main><p>none</p>")), "");
    }

    #[test]
    fn a_description_is_read_wherever_its_attributes_stand() {
        let page =
            "<meta charset=\"utf-8\"><meta content='a &quot;b&quot; &amp; c' name=description>";
        assert_eq!(description(&pieces(page)), "a \"b\" & c");
    }

    #[test]
    fn without_modules_there_is_no_map() {
        assert_eq!(import_map(PAGE, &Assets::default()), "<head><title>x</title>");
    }
}
