//! Labs, chapters and SUMMARY.md match one to one, every chapter of a lab has its diff, and its directives have room.

use super::{blank, cases, settled, unwritten};
use crate::{
    Problem,
    catalog::Catalog,
    directive::{Part, scan},
};
use anyhow::{Context, Result};
use mdbook_driver::MDBook;
use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// A chapter in SUMMARY.md, and the directives in it.
struct Chapter {
    path: PathBuf,
    /// Name and first word of each.
    says: Vec<(String, String)>,
    /// What is wrong with lines of it.
    lines: Vec<Problem>,
}

pub(super) fn problems(catalog: &Catalog) -> Result<Vec<Problem>> {
    let book = MDBook::load(catalog.root()).context("the book could not be read")?;
    let src = book.config.book.src.clone();
    let chapters: Vec<Chapter> = book
        .iter()
        .filter_map(|item| match item {
            mdbook_driver::book::BookItem::Chapter(c) => Some((c.source_path.clone()?, &c.content)),
            _ => None,
        })
        .map(|(path, content)| Chapter {
            says: says(content),
            lines: [blank::problems, settled::problems, unwritten::problems]
                .iter()
                .flat_map(|problems| problems(&name(&src, &path), content))
                .collect(),
            path,
        })
        .collect();
    let mut all = labs(&catalog.slugs(), &chapters, &src);
    for chapter in book.book.chapters() {
        let Some(path) = &chapter.source_path else { continue };
        all.extend(cases::problems(catalog, &name(&src, path), &chapter.content));
    }
    all.extend(chapters.iter().flat_map(|chapter| chapter.lines.clone()));
    all.extend(orphans(&catalog.root().join(&src), &chapters, &src)?);
    Ok(all)
}

fn says(content: &str) -> Vec<(String, String)> {
    let (parts, _) = scan(content);
    parts
        .iter()
        .filter_map(|part| match part {
            Part::Directive(d) => {
                Some((d.name.to_owned(), d.args.first().copied().unwrap_or_default().to_owned()))
            }
            Part::Text(_) => None,
        })
        .collect()
}

fn labs(slugs: &[String], chapters: &[Chapter], src: &Path) -> Vec<Problem> {
    let mut owners: BTreeMap<&str, Vec<&Chapter>> = BTreeMap::new();
    for chapter in chapters {
        for (_, slug) in chapter.says.iter().filter(|(name, _)| name == "lab") {
            owners.entry(slug).or_default().push(chapter);
        }
    }
    let mut all = vec![];
    for slug in slugs {
        match owners.get(slug.as_str()).map(Vec::as_slice) {
            None => all.push(Problem::file(
                format!("labs/{slug}"),
                format!("has no chapter; write {}/<part>/{slug}.md with {{{{#lab {slug}}}}}, and its line in SUMMARY.md", src.display()),
            )),
            Some([one]) => all.extend(chapter(one, slug, src)),
            Some(many) => all.extend(many.iter().skip(1).map(|c| {
                Problem::file(name(src, &c.path), format!("is a second chapter of {slug}; leave {{{{#lab {slug}}}}} to one"))
            })),
        }
    }
    all
}

fn chapter(chapter: &Chapter, slug: &str, src: &Path) -> Option<Problem> {
    let has_diff = chapter.says.iter().any(|(name, lab)| name == "diff" && lab == slug);
    (!has_diff).then(|| {
        Problem::file(
            name(src, &chapter.path),
            format!("has no diff; add {{{{#diff {slug}}}}} on a line of its own"),
        )
    })
}

/// Pages that no reader can reach.
fn orphans(dir: &Path, chapters: &[Chapter], src: &Path) -> Result<Vec<Problem>> {
    let (mut all, mut open) = (vec![], vec![dir.to_owned()]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder)? {
            let path = entry?.path();
            let relative = path.strip_prefix(dir)?;
            let is_page =
                path.extension().is_some_and(|e| e == "md") && relative != Path::new("SUMMARY.md");
            match () {
                () if path.is_dir() => open.push(path),
                () if is_page && !chapters.iter().any(|c| c.path == relative) => {
                    all.push(Problem::file(
                        name(src, relative),
                        "is not in SUMMARY.md; add its line there, or remove the file",
                    ))
                }
                () => {}
            }
        }
    }
    Ok(all)
}

fn name(src: &Path, path: &Path) -> String {
    src.join(path).display().to_string()
}
