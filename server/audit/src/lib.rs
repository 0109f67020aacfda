//! Finds in a crate the shapes that the labs show: syn says where, clippy says what.
//!
//! - [`rules`]: what is looked for, as data: `rules.toml`.
//! - `tree`: which files there are, and which cannot be read; nothing in a tree is a reason to fail.
//! - [`scan`]: one file, by its text: a stack of what surrounds each place, and the shapes that can begin there.
//! - `oracle`: `cargo clippy` as a witness for types.
//! - `judge`: both together, and the levels.
//! - [`baseline`]: what is known already.
//! - [`out`]: for people, as JSON, as SARIF.
//!
//! It needs no server, no book and no checkout, and writes nothing but what cargo writes.
#![warn(missing_docs)]

mod allow;
pub mod baseline;
mod judge;
mod oracle;
pub mod out;
mod progress;
pub mod report;
pub mod rules;
pub mod scan;
mod tree;

pub use progress::Progress;
pub use report::{Finding, Report, Seen, Types, Unseen};
pub use rules::{Level, Rule, Rules};

use std::{
    io,
    path::{Path, PathBuf},
    time::Instant,
};

/// What is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Whether clippy is asked: it builds the crate, and so runs its build scripts.
    pub types: bool,
}

/// Why there is nothing to report on.
#[derive(Debug, thiserror::Error)]
pub enum Unusable {
    /// No such file or folder, or none that may be read.
    #[error("{} cannot be read: {why}", path.display())]
    Path {
        /// What was asked for.
        path: PathBuf,
        /// What the system says.
        why: io::Error,
    },
    /// A folder without a single source.
    #[error("there is no Rust source in {}", .0.display())]
    Empty(PathBuf),
    /// A defect of this program.
    #[error("the rules of this program are broken: {0}")]
    Rules(#[from] toml::de::Error),
}

/// Looks at one file, or at all of a folder.
///
/// # Errors
/// Where there is nothing to look at. Whatever is wrong within is told in [`Report::unseen`].
pub fn audit(
    path: &Path,
    options: Options,
    progress: &(dyn Fn(Progress) + Sync),
) -> Result<Report, Unusable> {
    let began = Instant::now();
    let rules = Rules::ours()?;
    let root = path.canonicalize().map_err(|why| Unusable::Path { path: path.to_owned(), why })?;
    let tree = tree::Tree::read(&root, &rules, progress);
    if tree.files == 0 && tree.unseen.is_empty() {
        return Err(Unusable::Empty(root));
    }
    let types = match options.types {
        true => oracle::ask(&root, &rules, progress),
        false => oracle::Answer::not_asked(),
    };
    Ok(judge::judge(root, tree, &types, &rules, began))
}
