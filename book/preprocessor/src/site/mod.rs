//! The whole site: the book, the client, the recordings, the previews.

mod address;
mod assets;
mod nowhere;
mod pages;
mod preview;
mod shots;

use crate::{StillRunning, catalog::Catalog};
use anyhow::{Context, Result, bail};
use mdbook_driver::MDBook;
use serde::Serialize;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};
use still_running_view::recording::date;

pub use address::Address;
pub(crate) use pages::html_files;

/// At the site's root: tells the page's client where it is.
const MANIFEST: &str = "still-running.json";

/// What to build, and where.
#[derive(Debug, Clone)]
pub struct Options {
    pub mode: Mode,
    /// The folder of the site; replaced as a whole.
    pub out: PathBuf,
    /// Where readers will find it. Without it, a page can't tell other sites its own address, nor that of a picture.
    pub address: Option<Address>,
    /// A Chromium, which draws the pictures for link previews.
    pub browser: Option<PathBuf>,
}

/// Whether a server will be behind the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A server runs the labs.
    Live,
    /// A static site: recordings in place of runs.
    Recorded,
}

/// What [`MANIFEST`] says.
#[derive(Debug, Serialize)]
struct Manifest {
    mode: Mode,
    #[serde(flatten)]
    assets: assets::Assets,
    built: String,
}

impl Default for Options {
    fn default() -> Self {
        Self { mode: Mode::Live, out: "target/book".into(), address: None, browser: None }
    }
}

/// Builds the site beside the old one and then takes its place: a build that fails leaves the old one as it was.
/// Gives a line for each thing the site goes without.
pub fn build(catalog: &Catalog, options: &Options) -> Result<Vec<String>> {
    let out = catalog.root().join(&options.out);
    may_replace(&out)?;
    let new = beside(&out, "new")?;
    remove(&new)?;
    render(catalog, &new)?;
    let (assets, mut notes) = assets::copy(catalog.root(), &new.join("client"))?;
    let pictures = pictures(catalog, &new, options, &mut notes)?;
    pages::finish(catalog, &new, &assets, &Public { address: options.address.as_ref(), pictures })?;
    nowhere::write(&new, options)?;
    recordings(catalog, &new)?;
    let manifest = Manifest { mode: options.mode, assets, built: date(now()) };
    fs::write(new.join(MANIFEST), serde_json::to_vec_pretty(&manifest)?)?;
    replace(&out, &new)?;
    Ok(notes)
}

/// mdBook's part of it, with our preprocessor in this process.
pub(crate) fn render(catalog: &Catalog, out: &Path) -> Result<()> {
    let mut book = MDBook::load(catalog.root()).context("the book could not be read")?;
    book.config.build.build_dir = out.to_owned();
    book.with_preprocessor(StillRunning);
    book.build()
}

/// What other sites may be told of the pages.
pub(crate) struct Public<'a> {
    pub address: Option<&'a Address>,
    /// Names of the pages that have a picture, in `preview/`.
    pub pictures: BTreeSet<String>,
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
    let ours = [MANIFEST, ".nojekyll"].iter().any(|f| out.join(f).is_file());
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

pub(crate) fn beside(out: &Path, what: &str) -> Result<PathBuf> {
    let name = out.file_name().with_context(|| format!("{} names no folder", out.display()))?;
    if let Some(parent) = out.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(out.with_file_name(format!(".{}.{what}", name.to_string_lossy())))
}

fn remove(dir: &Path) -> Result<()> {
    match dir.exists() {
        true => fs::remove_dir_all(dir)
            .with_context(|| format!("{} could not be removed", dir.display())),
        false => Ok(()),
    }
}

/// Seconds since 1970.
pub(crate) fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs())
}
