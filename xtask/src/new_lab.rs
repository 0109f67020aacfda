//! `cargo xtask new-lab`: a lab that runs and a chapter that builds, with nothing in them of any other lab. What only their
//! author can write is marked, and `check` names each mark that is left.

mod chapter;
mod wanted;

use crate::sh::root;
use anyhow::{Context, Result, bail};
use labkit_shelf::{Folder, Shelf, anchor};
use std::{fs, path::Path};
use wanted::{Kind, Wanted};

pub fn new_lab(args: &[String]) -> Result<()> {
    let wanted = Wanted::read(args)?;
    let (shelf, slug) = (Shelf::at(root()), &wanted.slug);
    let (lab, page) = (root().join("labs").join(slug), wanted.chapter());
    for path in [&lab, &root().join(&page)] {
        if path.exists() {
            bail!("{} is there already", path.display());
        }
    }
    write(&lab, &wanted)?;
    put(&root().join(&page), &chapter::text(&wanted, &anchor::names(wanted.kind.buggy)))?;
    let part = wanted.part;
    edit(&shelf.summary(), |text| part.with_chapter(text, &wanted.title, slug))?;
    let index = root().join("book/src").join(part.folder).join("index.md");
    if index.is_file() {
        edit(&index, |text| part.with_row(text, &wanted.title, slug))?;
    }
    println!(
        "labs/{slug}/ runs: cargo build --bin {slug} && target/debug/{slug} buggy\n\
         {page} is its chapter, with every block; SUMMARY.md has its line, and the page of its part its row.\n\
         What is yours to write is marked TODO. CONTRIBUTING.md says what goes where, `cargo xtask check` names each mark left.\n\
         When it shows what it should: target/debug/still-running check {slug} --times 200 --until-odd && cargo xtask record {slug}"
    );
    Ok(())
}

/// The lab's folder. Its reader's own variant is the buggy one under another heading.
fn write(lab: &Path, wanted: &Wanted) -> Result<()> {
    let Kind { buggy, fixed, lab: world, wrong, .. } = wanted.kind;
    let mine = format!("//! Yours: start from the bug.\n{}", anchor::heading(buggy).1);
    let manifest = include_str!("new_lab/Cargo.toml.in")
        .replace("@slug@", &wanted.slug)
        .replace("@dependencies@", &wanted.kind.dependencies());
    let sections: Vec<String> = wanted.sections.iter().map(|s| format!("{s:?}")).collect();
    let world = world
        .replace("\"@title@\"", &format!("{:?}", wanted.title))
        .replace("\"@sections@\"", &sections.join(", "));
    let texts = [manifest.as_str(), buggy, fixed, &world, &mine];
    let mut files = Folder::FILES.into_iter().zip(texts).chain([*wrong]);
    files.try_for_each(|(file, text)| put(&lab.join(file), text))
}

fn edit(file: &Path, how: impl Fn(&str) -> String) -> Result<()> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    put(file, &how(&text))
}

fn put(file: &Path, text: &str) -> Result<()> {
    if let Some(folder) = file.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(file, text).with_context(|| file.display().to_string())
}
