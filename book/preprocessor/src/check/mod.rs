//! What must hold of the book, without running a lab: `mdbook-still-running check`.

mod blank;
mod cases;
mod diff;
mod lab;
mod pages;
mod settled;
mod shape;
mod unwritten;

use crate::{Edition, Problem, catalog::Catalog, site};
use anyhow::Result;
use parking_lot::Mutex;
use std::{fs, io::Write, sync::Arc};

/// Checks all of it, and tells all that is wrong at once.
pub fn check(catalog: &Catalog) -> Result<()> {
    let mut problems = lab::problems(catalog);
    problems.extend(shape::problems(catalog)?);
    // Its own folder: the site that may be served now stays as it is.
    let out = catalog.root().join("target/book-check");
    match rendered(catalog, &out) {
        Ok(warnings) => {
            problems.extend(warnings);
            problems.extend(pages::problems(catalog, &out)?);
        }
        // Expanding has failed: what it says are problems already, each on its line.
        Err(why) => {
            return Err(why.context(Problem::fail(problems).err().map_or_else(
                || "the book could not be built".to_owned(),
                |shape| format!("the book could not be built; besides, {shape:#}"),
            )));
        }
    }
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    Problem::fail(problems)
}

/// Renders the book; what mdBook only warns of, such as a tag that is never closed, is a problem here.
fn rendered(catalog: &Catalog, out: &std::path::Path) -> Result<Vec<Problem>> {
    let said = Said::default();
    let writer = said.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::WARN)
        .with_writer(move || writer.clone())
        .with_ansi(false)
        .without_time()
        .with_level(false)
        .with_target(false)
        .finish();
    tracing::subscriber::with_default(subscriber, || site::render(catalog, out, Edition::Pages))?;
    let said = said.0.lock();
    let text = String::from_utf8_lossy(&said);
    Ok(text
        .lines()
        .filter(|l| !l.trim().is_empty())
        .map(|l| Problem::file("mdBook", l.trim()))
        .collect())
}

/// What was logged.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<u8>>>);

impl Write for Said {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
