//! A lab on disk: which there are, what their folders hold, where they stand in the book, and how their recordings
//! are called. Server, book and xtask ask here; none of them looks for itself.
//!
//! It reads names and texts. What is in a description or a recording is for those who know these.
#![warn(missing_docs)]

pub mod anchor;
mod contents;
mod folder;
mod names;
pub mod recording;

pub use contents::{Contents, Part};
pub use folder::Folder;
pub use names::names;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The reader's own variant: it is built on request, and no recording is made of it.
pub const MINE: &str = "mine";
pub use labkit_wire::WRONG;
/// Beside the programs of labs, where there is no checkout: their slugs in the order of the book, one a line.
pub const ORDER: &str = "order.txt";

/// A checkout: the labs in it, in the order of its book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shelf {
    root: PathBuf,
}

impl Shelf {
    /// The checkout in this folder.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The checkout that a folder is in: the nearest one, itself included, with a `book.toml` and labs.
    pub fn above(folder: &Path) -> Option<Self> {
        let is = |dir: &&Path| dir.join("book.toml").is_file() && dir.join("labs").is_dir();
        folder.ancestors().find(is).map(Self::at)
    }

    /// The folder that holds all of it.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The slugs of all labs, by name: the folders in `labs/` with a `lab.rs`. None where there is no such folder.
    pub fn slugs(&self) -> Vec<String> {
        let mut all = names(&self.root.join("labs")).unwrap_or_default();
        all.retain(|slug| self.folder(slug).is_some());
        all
    }

    /// The folder of a lab, if there is one of that name.
    pub fn folder(&self, slug: &str) -> Option<Folder> {
        let folder = Folder::new(&self.root, slug);
        (is_slug(slug) && folder.dir().join("lab.rs").is_file()).then_some(folder)
    }

    /// Where SUMMARY.md is, which alone knows the order of the book.
    pub fn summary(&self) -> PathBuf {
        self.root.join("book/src/SUMMARY.md")
    }

    /// The order of the book; without a SUMMARY.md there is none.
    pub fn contents(&self) -> Contents {
        Contents::of(&fs::read_to_string(self.summary()).unwrap_or_default())
    }

    /// Where the recordings of all labs are, a folder for each.
    pub fn recordings(&self) -> PathBuf {
        self.root.join("book/recordings")
    }
}

/// Slugs are parts of addresses and command lines: lower-case letters, digits and hyphens.
pub fn is_slug(name: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && !name.starts_with('-') && name.bytes().all(good)
}
