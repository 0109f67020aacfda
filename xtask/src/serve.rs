//! `cargo xtask serve`: from a fresh clone to a book with working terminals.

use crate::{
    in_page, setup,
    sh::{self, build, build_server, built, command, root, step},
};
use anyhow::Result;
use labkit_shelf::{Shelf, recording::DESCRIPTION};
use sha2::{Digest, Sha256};
use std::{fs, path::Path, time::UNIX_EPOCH};

pub fn serve(options: &[String]) -> Result<()> {
    setup::page_assets()?;
    let serve: &[&str] = match can_be_read_before()? {
        true => {
            step("The server (its first build takes a minute or two)", build_server)?;
            &["serve", "--build"]
        }
        false => {
            step("Labs and server", build)?;
            &["serve"]
        }
    };
    book()?;
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    sh::become_it(command(built("still-running")?, &[serve, &options[..]].concat()))
}

/// Whether labs are to be built while the book is read already: on a fresh clone, for that takes minutes. The book can be
/// made without them where what each says of itself is recorded. Once all are there, a build takes seconds, and nobody
/// should run the lab that was there before it.
fn can_be_read_before() -> Result<bool> {
    let (shelf, mut unbuilt) = (Shelf::at(root()), false);
    for slug in shelf.slugs() {
        unbuilt |= !built(&slug)?.is_file();
        if shelf.folder(&slug).is_none_or(|lab| lab.recorded(DESCRIPTION).is_none()) {
            return Ok(false);
        }
    }
    Ok(unbuilt)
}

/// Builds the book into `target/book`, unless nothing it is made of has changed.
pub fn book() -> Result<()> {
    let programs = in_page::rebuilt()?;
    let (stamp, now) = (root().join("target/book.stamp"), fingerprint()?);
    let fresh = fs::read_to_string(&stamp).is_ok_and(|have| have == now);
    if fresh && root().join("target/book/index.html").is_file() {
        return Ok(());
    }
    let mut build = command(built("mdbook-still-running")?, &["build"]);
    if let Some(programs) = programs {
        build.arg("--programs").arg(programs);
    }
    step("The book", || sh::run(build))?;
    Ok(fs::write(stamp, now)?)
}

/// Path, size and time of change of every file the book is made of.
fn fingerprint() -> Result<String> {
    let mut hash = Sha256::new();
    for part in [
        "book",
        "book.toml",
        "labs",
        "server/client/dist",
        "server/client/editor/mine.mjs",
        "server/client/in-page",
        "server/client/editor/dist",
        "server/client/node_modules/.still-running",
    ] {
        add(&mut hash, &root().join(part))?;
    }
    add(&mut hash, &built("mdbook-still-running")?)?;
    add(&mut hash, &in_page::folder()?)?;
    Ok(format!("{:x?}", hash.finalize()))
}

fn add(hash: &mut Sha256, path: &Path) -> Result<()> {
    let Ok(meta) = fs::metadata(path) else { return Ok(()) };
    if meta.is_dir() {
        let mut entries: Vec<_> =
            fs::read_dir(path)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        entries.sort();
        return entries.iter().try_for_each(|entry| add(hash, entry));
    }
    let changed = meta.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    hash.update(format!("{} {} {changed}\n", path.display(), meta.len()));
    Ok(())
}
