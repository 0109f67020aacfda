//! The whole site: the book, the client, the recordings, the previews.

mod address;
mod assets;
mod folder;
mod nowhere;
mod options;
mod pages;
mod preview;
mod programs;
mod shots;

use crate::{Edition, StillRunning, catalog::Catalog};
use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};
pub use still_running_protocol::Mode;
use still_running_protocol::{Assets, Programs, SITE};
use still_running_view::recording::date;

pub use address::Address;
pub(crate) use folder::beside;
use folder::remove;
pub use options::Options;
use options::Public;
pub(crate) use pages::html_files;

/// What [`SITE`] says.
#[derive(Debug, Serialize)]
struct Manifest {
    mode: Mode,
    #[serde(flatten)]
    assets: Assets,
    /// What runs in the page, where something does.
    programs: Option<Programs>,
    built: String,
}

/// Builds the site beside the old one and then takes its place: a build that fails leaves the old one as it was.
/// Gives a line for each thing the site goes without.
pub fn build(catalog: &Catalog, options: &Options) -> Result<Vec<String>> {
    let out = catalog.root().join(&options.out);
    may_replace(&out)?;
    let new = beside(&out, "new")?;
    remove(&new)?;
    render(catalog, &new, Edition::Pages)?;
    search(catalog, &out, &new)?;
    let (assets, mut notes) = assets::copy(catalog.root(), &new.join("client"))?;
    let pictures = pictures(catalog, &new, options, &mut notes)?;
    pages::finish(catalog, &new, &assets, &Public { address: options.address.as_ref(), pictures })?;
    nowhere::write(&new, options)?;
    recordings(catalog, &new)?;
    let programs = match &options.programs {
        Some(folder) => Some(programs::copy(catalog.root(), folder, &new)?),
        None => None,
    };
    let manifest = Manifest { mode: options.mode, assets, programs, built: date(now()) };
    fs::write(new.join(SITE), serde_json::to_vec_pretty(&manifest)?)?;
    replace(&out, &new)?;
    Ok(notes)
}

/// What is searched is another edition, without outcomes and answers: its index takes the place of the pages' own.
fn search(catalog: &Catalog, out: &Path, site: &Path) -> Result<()> {
    let bare = beside(out, "search")?;
    remove(&bare)?;
    render(catalog, &bare, Edition::Search)?;
    fs::copy(index(&bare)?, index(site)?)?;
    remove(&bare)
}

/// mdBook's search index, whose name has a hash in it.
fn index(site: &Path) -> Result<PathBuf> {
    for entry in fs::read_dir(site)? {
        let path = entry?.path();
        if path.file_name().is_some_and(|n| n.to_string_lossy().starts_with("searchindex-")) {
            return Ok(path);
        }
    }
    bail!("mdBook made no search index in {}", site.display())
}

/// mdBook's part of it, with our preprocessor in this process.
pub(crate) fn render(catalog: &Catalog, out: &Path, edition: Edition) -> Result<()> {
    let mut book = MDBook::load(catalog.root()).context("the book could not be read")?;
    book.config.build.build_dir = out.to_owned();
    book.with_preprocessor(StillRunning(edition));
    book.build()
}

/// The pictures for link previews. They are of use only where their whole address is known.
fn pictures(
    catalog: &Catalog,
    site: &Path,
    options: &Options,
    notes: &mut Vec<String>,
) -> Result<BTreeSet<String>> {
    match (&options.address, &options.browser) {
        (Some(_), Some(browser)) => shots::take(browser, &preview::all(catalog)?, site),
        (Some(_), None) => {
            notes.push(
                "no Chromium was named: links to this site are shown without a picture. `--browser` names one"
                    .to_owned(),
            );
            Ok(BTreeSet::new())
        }
        (None, _) if options.mode == Mode::Recorded => {
            notes.push(
                "its address is not known: links to this site are shown elsewhere without a picture. `--address https://…` \
                 tells it"
                    .to_owned(),
            );
            Ok(BTreeSet::new())
        }
        (None, _) => Ok(BTreeSet::new()),
    }
}

/// Recordings as they are in the repository, under `recordings/`.
fn recordings(catalog: &Catalog, site: &Path) -> Result<()> {
    for slug in catalog.slugs() {
        let Ok(lab) = catalog.lab(&slug) else { continue };
        let to = site.join("recordings").join(&slug);
        let Ok(entries) = fs::read_dir(lab.recordings()) else { continue };
        fs::create_dir_all(&to)?;
        for entry in entries {
            let entry = entry?;
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// A folder that is no site of ours is not thrown away.
fn may_replace(out: &Path) -> Result<()> {
    let Ok(mut entries) = fs::read_dir(out) else { return Ok(()) };
    let ours = [SITE, ".nojekyll"].iter().any(|f| out.join(f).is_file());
    if entries.next().is_some() && !ours {
        bail!(
            "{} holds something that is no site of this book; name another folder, or empty it",
            out.display()
        );
    }
    Ok(())
}

fn replace(out: &Path, new: &Path) -> Result<()> {
    let old = beside(out, "old")?;
    remove(&old)?;
    if out.exists() {
        fs::rename(out, &old)?;
    }
    fs::rename(new, out)
        .with_context(|| format!("the site could not be put into {}", out.display()))?;
    remove(&old)
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
