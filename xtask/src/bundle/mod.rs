//! `cargo xtask dist`: one archive for machines without Rust, with all that may be asked of it: its version, its checksum,
//! the licences of what is inside, on which machines it runs, and nothing about the machine it was made on.

mod archive;
mod licences;
mod programs;
mod trial;

use crate::{
    setup,
    sh::{build, built, root, run, step, target},
};
use anyhow::{Context, Result};
use labkit_shelf::Shelf;
use std::{env, fs, path::Path};

pub fn dist() -> Result<()> {
    setup::page_assets()?;
    step("Build", build)?;
    step("The book", || run(crate::sh::command(built("mdbook-still-running")?, &["build"])))?;
    let labs = in_order();
    step("Release build, the book inside (some minutes)", || programs::build(&labs))?;
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("still-running-{version}-{}-{}", env::consts::OS, env::consts::ARCH);
    let dist = target()?.join("dist");
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    let bundle = dist.join(&name);
    step("The folder", || fill(&bundle, &labs, version))?;
    let archive = step("The archive", || archive::pack(&dist, &name))?;
    step("What a stranger does with it", || trial::try_out(&archive, &name, &labs))?;
    println!(
        "{} ({:.1} MB), and its checksum beside it. Unpacked anywhere: ./still-running serve",
        archive.display(),
        fs::metadata(&archive)?.len() as f64 / 1e6
    );
    Ok(())
}

/// The slugs of all labs, in the order of the book.
fn in_order() -> Vec<String> {
    let shelf = Shelf::at(root());
    let (mut labs, contents) = (shelf.slugs(), shelf.contents());
    labs.sort_by_key(|slug| contents.rank(slug));
    labs
}

fn fill(bundle: &Path, labs: &[String], version: &str) -> Result<()> {
    fs::create_dir_all(bundle.join("labs"))?;
    let mut copied = vec![programs::copy("still-running", bundle)?];
    for lab in labs {
        copied.push(programs::copy(lab, &bundle.join("labs"))?);
    }
    programs::tell_nothing_of_home(&copied)?;
    fs::write(bundle.join("labs").join(labkit_shelf::ORDER), labs.join("\n") + "\n")?;
    for file in ["LICENSE-MIT", "LICENSE-APACHE"] {
        fs::copy(root().join(file), bundle.join(file)).context(file)?;
    }
    fs::write(bundle.join("THIRD-PARTY.txt"), licences::third_party(labs)?)?;
    let readme = include_str!("README.txt").replace("{version}", version);
    fs::write(
        bundle.join("README.txt"),
        readme.replace("{machines}", &programs::machines(&copied)?),
    )?;
    Ok(())
}
