//! Each lab's folder holds its files and no others, and its variants differ in a handful of lines.

use super::{diff, unwritten};
use crate::{
    Problem,
    catalog::{Catalog, Lab},
};
use labkit_shelf::{Folder, anchor::heading, names};

/// The most changed lines a side, unless the manifest says why there are more.
const DIFF_MAX: usize = 8;

pub(super) fn problems(catalog: &Catalog) -> Vec<Problem> {
    let labs = catalog.slugs().into_iter().filter_map(|slug| catalog.lab(&slug).ok());
    labs.flat_map(|lab| of(&lab).unwrap_or_else(|why| vec![problem(&lab, "", why)])).collect()
}

fn of(lab: &Lab) -> Result<Vec<Problem>, String> {
    let mut all = missing(lab)?;
    if !all.is_empty() {
        return Ok(all);
    }
    all.extend(strangers(lab)?);
    let (buggy, fixed, mine) =
        (lab.source("buggy.rs")?, lab.source("fixed.rs")?, lab.source("mine.rs")?);
    if heading(&buggy).1 != heading(&mine).1 {
        let what =
            "differs from buggy.rs beyond its first line; copy what is below that line in buggy.rs";
        all.push(problem(lab, "/mine.rs", what));
    }
    if !lab.source("Cargo.toml")?.contains("long-diff") {
        all.extend(long(lab, &buggy, &fixed));
    }
    all.extend(silent(lab)?);
    for file in ["lab.rs", "buggy.rs", "fixed.rs"].map(str::to_owned).into_iter().chain(wrong(lab)?)
    {
        all.extend(unwritten::problems(&format!("labs/{}/{file}", lab.slug), &lab.source(&file)?));
    }
    Ok(all)
}

/// The files of its wrong fixes, as they are found in its folder.
fn wrong(lab: &Lab) -> Result<Vec<String>, String> {
    let folder = lab.folder.dir().join(Folder::WRONG);
    let files = if folder.is_dir() { in_words(names(&folder))? } else { vec![] };
    Ok(files.into_iter().map(|file| format!("{}/{file}", Folder::WRONG)).collect())
}

/// Files that every lab has, and this one has not.
fn missing(lab: &Lab) -> Result<Vec<Problem>, String> {
    let have = files(lab)?;
    let missing = Folder::FILES.iter().filter(|file| !have.iter().any(|f| f == *file));
    let says = missing.map(|file| {
        problem(
            lab,
            &format!("/{file}"),
            "is missing; `cargo xtask new-lab <slug>` makes a whole lab",
        )
    });
    Ok(says.collect())
}

/// Files of no lab.
fn strangers(lab: &Lab) -> Result<Vec<Problem>, String> {
    let what = format!(
        "is no file of a lab; a lab's folder holds {}, where it has some wrong/*.rs and data in *.yml, and parts of its world that \
         lab.rs names (`mod part;`)",
        Folder::FILES.join(", ")
    );
    let world = lab.folder.source("lab.rs")?;
    // A world that would be too long for one file.
    let part = |file: &str| {
        file.strip_suffix(".rs")
            .is_some_and(|name| world.lines().any(|l| l == format!("mod {name};")))
    };
    let known = |file: &String| {
        Folder::FILES.contains(&file.as_str())
            || file == Folder::WRONG
            || part(file)
            || file.ends_with(".yml")
    };
    let more = files(lab)?.into_iter().filter(|file| !known(file));
    Ok(more.map(|file| problem(lab, &format!("/{file}"), what.clone())).collect())
}

fn files(lab: &Lab) -> Result<Vec<String>, String> {
    in_words(names(&lab.folder.dir()))
}

fn long(lab: &Lab, buggy: &str, fixed: &str) -> Vec<Problem> {
    let too_long = |(part, changed): (String, diff::Changed)| {
        let what = format!(
            "{part} differs in {} lines of buggy.rs and {} of fixed.rs, {DIFF_MAX} a side are allowed; \
             move what does not teach into lab.rs, or say why in Cargo.toml: \
             [package.metadata.still-running] long-diff = \"…\"",
            changed.removed, changed.added
        );
        (changed.removed.max(changed.added) > DIFF_MAX).then(|| problem(lab, "", what))
    };
    diff::parts(buggy, fixed).into_iter().filter_map(too_long).collect()
}

/// Wrong fixes that do not say what they are.
fn silent(lab: &Lab) -> Result<Vec<Problem>, String> {
    let mut all = vec![];
    for file in wrong(lab)? {
        let path = format!("/{file}");
        if !file.ends_with(".rs") {
            all.push(problem(lab, &path, "is no source; a wrong fix is one file in Rust"));
        } else if heading(&lab.source(&file)?).0.is_empty() {
            let what = "does not say what it is; begin it with a line `//! …`: why it is tempting, why it is wrong";
            all.push(problem(lab, &path, what));
        }
    }
    Ok(all)
}

fn problem(lab: &Lab, path: &str, what: impl Into<String>) -> Problem {
    Problem::file(format!("labs/{}{path}", lab.slug), what)
}

fn in_words<T>(read: std::io::Result<T>) -> Result<T, String> {
    read.map_err(|why| why.to_string())
}
