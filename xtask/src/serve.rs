//! `cargo xtask serve`: from a fresh clone to a book with working terminals.

use crate::{
    setup,
    sh::{self, build, built, command, root, step},
};
use anyhow::Result;
use sha2::{Digest, Sha256};
use std::{fs, path::Path, time::UNIX_EPOCH};

pub fn serve(options: &[String]) -> Result<()> {
    setup::page_assets()?;
    step("Labs and server (the first build takes some minutes)", build)?;
    book()?;
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    sh::run(command(built("still-running"), &[&["serve"], &options[..]].concat()))
}

/// Builds the book into `target/book`, unless nothing it is made of has changed.
pub fn book() -> Result<()> {
    let (stamp, now) = (root().join("target/book.stamp"), fingerprint()?);
    let fresh = fs::read_to_string(&stamp).is_ok_and(|have| have == now);
    if fresh && root().join("target/book/index.html").is_file() {
        return Ok(());
    }
    step("The book", || sh::run(command(built("mdbook-still-running"), &["build"])))?;
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
        "server/client/node_modules/.still-running",
    ] {
        add(&mut hash, &root().join(part))?;
    }
    add(&mut hash, &built("mdbook-still-running"))?;
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
