//! The rendered pages: every link leads somewhere, every id is there once, nothing comes from another host.

use crate::{
    Problem,
    catalog::Catalog,
    site::html_files,
    tags::{Markup, pieces},
};
use anyhow::Result;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Component, Path, PathBuf},
};

/// A page as it was rendered, by what can be wrong with it.
#[derive(Debug, Default)]
struct Rendered {
    ids: BTreeSet<String>,
    twice: BTreeSet<String>,
    /// Element and target.
    links: Vec<(String, String)>,
}

pub(super) fn problems(catalog: &Catalog, site: &Path) -> Result<Vec<Problem>> {
    let mut pages: BTreeMap<PathBuf, Rendered> = BTreeMap::new();
    for file in html_files(site)? {
        let page = read(&fs::read_to_string(&file)?);
        pages.insert(file.strip_prefix(site)?.to_owned(), page);
    }
    let mut all = vec![];
    for (path, page) in &pages {
        let source = source(catalog, path);
        // 404.html stands at any depth: its links begin at the site's root.
        if path == Path::new("404.html") {
            continue;
        }
        let ids = page.twice.iter().map(|id| {
            Problem::file(&source, format!("has two elements of the id {id}; rename one"))
        });
        all.extend(ids);
        // What is wrong with a link in print.html is wrong with it in its chapter.
        if path == Path::new("print.html") {
            continue;
        }
        let links = page.links.iter().filter_map(|(tag, to)| link(site, &pages, path, tag, to));
        all.extend(links.map(|what| Problem::file(&source, what)));
    }
    Ok(all)
}

/// The chapter a page was made from, as far as its name tells.
fn source(catalog: &Catalog, page: &Path) -> String {
    let chapter = Path::new("book/src").join(page).with_extension("md");
    let shown = if catalog.root().join(&chapter).is_file() { chapter } else { page.to_owned() };
    shown.display().to_string()
}

/// What is wrong with a link, if anything.
fn link(
    site: &Path,
    pages: &BTreeMap<PathBuf, Rendered>,
    from: &Path,
    tag: &str,
    to: &str,
) -> Option<String> {
    if to.starts_with("lab:") {
        return Some(format!(
            "links to {to}; such links are read in a chapter's text, not in a question: write the path"
        ));
    }
    let loads = tag != "a";
    if to.starts_with("//") || to.split_once(':').is_some_and(|(scheme, _)| is_scheme(scheme)) {
        let foreign = loads && !to.starts_with("data:");
        return foreign
            .then(|| format!("<{tag}> loads {to} from another host; nothing a page needs may"));
    }
    let (path, anchor) = to.split_once('#').unwrap_or((to, ""));
    let path = path.split('?').next().unwrap_or_default();
    let target = if path.is_empty() { from.to_owned() } else { resolve(from, path) };
    let target = if site.join(&target).is_dir() { target.join("index.html") } else { target };
    if !site.join(&target).is_file() {
        return Some(format!("links to {to}, and there is no such file; mend the link"));
    }
    let page = pages.get(&target)?;
    (!anchor.is_empty() && !page.ids.contains(anchor)).then(|| {
        format!("links to {to}, and that page has no element of the id {anchor}; mend the link")
    })
}

fn is_scheme(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "+.-".contains(c))
}

fn resolve(from: &Path, to: &str) -> PathBuf {
    let mut path = from.parent().map(Path::to_owned).unwrap_or_default();
    for part in Path::new(to).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            _ => {}
        }
    }
    path
}

/// Reads ids and links from a page's tags.
fn read(html: &str) -> Rendered {
    let mut page = Rendered::default();
    for piece in pieces(html) {
        if let Markup::Open(tag, attributes) = piece {
            page.take(&tag, attributes);
        }
    }
    page
}

impl Rendered {
    fn take(&mut self, tag: &str, attributes: Vec<(String, String)>) {
        for (name, value) in attributes {
            match (tag, &*name) {
                (_, "id") => {
                    let twice = !self.ids.insert(value.clone());
                    self.twice.extend(twice.then_some(value));
                }
                ("a", "href")
                | ("link", "href")
                | ("script" | "img" | "iframe" | "source", "src") => {
                    self.links.push((tag.to_owned(), value));
                }
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_links_are_read_from_tags_and_nothing_else() {
        let page = read(
            "<!-- <a href=\"no\"> --><p id=\"x\" hidden><a class=\"c\" HREF='a.html?b=1&amp;c#d'>1 < 2</a><script>'<i id=\"z\">'</script><style>/* <i id=\"z\"> */</style><title>a <i id=\"z\"></title><img src=\"i.svg\"/><b id=\"x\"></b>",
        );
        assert_eq!(
            page.links,
            [("a".into(), "a.html?b=1&c#d".into()), ("img".into(), "i.svg".into())]
        );
        assert_eq!(page.ids, ["x".to_owned()].into());
        assert_eq!(page.twice, ["x".to_owned()].into());
    }

    #[test]
    fn a_dead_link_is_found_and_a_live_one_is_not() {
        let site = Path::new("/nowhere");
        let pages = BTreeMap::new();
        let wrong = |tag: &str, to: &str| link(site, &pages, Path::new("a/b.html"), tag, to);
        assert!(wrong("a", "c.html").unwrap().contains("no such file"));
        assert!(wrong("script", "https://x.example/y.js").unwrap().contains("another host"));
        assert!(wrong("a", "lab:lost-line").unwrap().contains("write the path"));
        assert_eq!(wrong("a", "https://x.example/"), None);
        assert_eq!(wrong("img", "data:image/png;base64,AA"), None);
    }

    #[test]
    fn paths_are_resolved_from_the_page() {
        assert_eq!(resolve(Path::new("a/b.html"), "../c/./d.html"), Path::new("c/d.html"));
    }
}
