//! The paths through the book: pages with `{{#path}}`. The chapters in the rows of the table below it are the path, in
//! that order.

use std::path::{Component, Path, PathBuf};

/// What makes a page a path's.
const MARK: &str = "\n{{#path}}\n";

/// A page, by its file from the folder of SUMMARY.md, and what the contents call it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Chapter {
    pub path: PathBuf,
    pub title: String,
}

/// A path and its chapters.
#[derive(Debug, PartialEq)]
pub(crate) struct Trail {
    pub page: Chapter,
    pub stops: Vec<Chapter>,
}

impl Chapter {
    /// Its name: `lost-line` of `tasks/lost-line.md`.
    pub fn stem(&self) -> String {
        stem(&self.path)
    }

    /// A link to it from a page of the book: to its file, of which mdBook makes its address.
    pub fn link(&self, from: &Path) -> String {
        let up = from.parent().map_or(0, |p| p.components().count());
        format!("{}{}", "../".repeat(up), self.path.display())
    }
}

impl Trail {
    /// What this page says of a path, if it is the page of one.
    pub fn read(page: &Chapter, text: &str, all: &[Chapter]) -> Option<Self> {
        let (_, below) = text.split_once(MARK)?;
        let rows = below.lines().skip_while(|line| !is_row(line)).take_while(|line| is_row(line));
        let mut stops: Vec<Chapter> = vec![];
        for link in rows.flat_map(links) {
            let stop = all.iter().find(|c| leads(page, link, c) && !stops.contains(c));
            stops.extend(stop.cloned());
        }
        Some(Self { page: page.clone(), stops })
    }

    /// The names of its chapters, for an attribute.
    pub fn names(&self) -> String {
        names(&self.stops)
    }

    /// Where on the path a page is: 0 for the first.
    pub fn place(&self, path: &Path) -> Option<usize> {
        self.stops.iter().position(|stop| stop.path == path)
    }
}

pub(crate) fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

pub(crate) fn names(chapters: &[Chapter]) -> String {
    chapters.iter().map(Chapter::stem).collect::<Vec<_>>().join(" ")
}

fn is_row(line: &str) -> bool {
    line.starts_with('|')
}

/// What a line links to, without places in it.
fn links(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next())
}

/// Whether a link on a page leads to that chapter: by its file, or by its lab.
fn leads(page: &Chapter, link: &str, chapter: &Chapter) -> bool {
    match link.strip_prefix("lab:") {
        Some(slug) => chapter.stem() == slug,
        None => chapter.path == plain(&page.path.with_file_name("").join(link)),
    }
}

/// Without `..`: mdBook's links go up, its files don't.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => drop(plain.pop()),
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(path: &str) -> Chapter {
        Chapter { path: path.into(), title: path.to_uppercase() }
    }

    #[test]
    fn a_path_is_the_chapters_in_the_rows_of_the_table_below_its_mark_each_once() {
        let all = ["ten.md", "tasks/one.md", "http/two.md", "tasks/three.md"].map(chapter);
        let text = "| [three](../tasks/three.md) |\n\n{{#path}}\n\nSee [three](../tasks/three.md).\n\n| a |\n|---|\n| [Ten](../ten.md) |\n\
                    | 1 [one](../tasks/one.md#why) [two](lab:two) |\n| [one](lab:one) [x](https://x.md/) |\n\n| [three](lab:three) |\n";
        let trail = Trail::read(&chapter("paths/new.md"), text, &all).unwrap();
        assert_eq!(trail.names(), "ten one two");
        assert_eq!(trail.place(Path::new("http/two.md")), Some(2));
        assert_eq!(trail.place(Path::new("tasks/three.md")), None);
    }

    #[test]
    fn a_page_that_does_not_say_so_is_no_path() {
        assert_eq!(Trail::read(&chapter("paths/index.md"), "| [a](one.md) |", &[]), None);
    }

    #[test]
    fn a_link_leads_from_any_page() {
        let one = chapter("tasks/one.md");
        assert_eq!(one.link(Path::new("index.md")), "tasks/one.md");
        assert_eq!(one.link(Path::new("http/two.md")), "../tasks/one.md");
    }
}
