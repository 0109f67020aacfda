//! The labs there are. What the server knows of a lab, the lab told it, by `--describe`.

mod choose;
mod describe;
mod find;
mod grid;
mod lab;

pub use choose::{Job, Unfit};
pub use find::{Workspace, find_workspace};
pub use grid::{Turn, grid};
pub use lab::Lab;
pub use labkit_shelf::MINE;

use describe::{ask, describe};
use find::Programs;
use labkit_shelf::Contents;
use labkit_wire::{Need, Values};
use parking_lot::RwLock;
use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// All labs that can be run, in the order of the book.
#[derive(Debug, Default)]
pub struct Catalog {
    /// They become more while some are built.
    labs: RwLock<Vec<Arc<Lab>>>,
    /// Slugs of those that are being built.
    coming: RwLock<BTreeSet<String>>,
    order: Contents,
    /// What was asked and could not be understood, and why: sentences.
    pub skipped: Vec<String>,
}

impl Catalog {
    /// Asks labs what they are: the executables in `folder`, or else the workspace's own. Where `only` names
    /// some, and all of these are there, nobody else is asked.
    pub async fn ask(
        folder: Option<&Path>,
        workspace: Option<&Workspace>,
        only: &[String],
    ) -> io::Result<Self> {
        let Programs { all: mut programs, skipped } = find::programs(folder, workspace)?;
        let named = |program: &PathBuf| only.iter().any(|slug| program.ends_with(slug));
        if !only.is_empty() && programs.iter().filter(|p| named(p)).count() >= only.len() {
            programs.retain(named);
        }
        let order = find::order(&programs, workspace);
        let mut catalog = Self { skipped, order, ..Self::default() };
        for asked in describe(programs).await {
            match asked {
                Ok(lab) => catalog.insert(lab),
                Err(why) => catalog.skipped.push(why),
            }
        }
        catalog.skipped.sort();
        Ok(catalog)
    }

    /// The labs of a checkout, none of which is built yet.
    pub fn coming(workspace: &Workspace) -> Self {
        let coming = workspace.shelf.slugs().into_iter().collect();
        let order = workspace.shelf.contents();
        Self { coming: RwLock::new(coming), order, ..Self::default() }
    }

    /// Asks a program that was just built; where it is no lab, nothing happens.
    ///
    /// # Errors
    /// A sentence, where it cannot say what it is.
    pub async fn add(&self, program: PathBuf) -> Result<(), String> {
        let slug =
            program.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        if !self.is_coming(&slug) {
            return Ok(());
        }
        let asked = ask(program).await;
        self.coming.write().remove(&slug);
        self.insert(asked?);
        Ok(())
    }

    /// What is not built by now will not be. Gives the slugs.
    pub fn give_up(&self) -> Vec<String> {
        std::mem::take(&mut *self.coming.write()).into_iter().collect()
    }

    fn insert(&self, lab: Lab) {
        let mut labs = self.labs.write();
        labs.push(Arc::new(lab));
        labs.sort_by_key(|lab| self.order.rank(lab.slug()));
    }

    /// Those there are by now.
    pub fn labs(&self) -> Vec<Arc<Lab>> {
        self.labs.read().clone()
    }

    /// Slugs of those that are being built.
    pub fn being_built(&self) -> Vec<String> {
        self.coming.read().iter().cloned().collect()
    }

    fn is_coming(&self, slug: &str) -> bool {
        self.coming.read().contains(slug)
    }

    pub fn lab(&self, slug: &str) -> Option<Arc<Lab>> {
        self.labs.read().iter().find(|lab| lab.slug() == slug).cloned()
    }

    pub fn slugs(&self) -> Vec<String> {
        self.labs.read().iter().map(|lab| lab.slug().to_owned()).collect()
    }

    /// Whether a lab has that need, as far as is known: one that is to come may.
    pub fn needs(&self, need: Need) -> bool {
        !self.coming.read().is_empty() || self.labs.read().iter().any(|lab| lab.needs(need))
    }
}

/// A lab's arguments.
pub fn args(variant: &str, values: &Values) -> Vec<String> {
    let knobs = values.iter().flat_map(|(name, value)| [format!("--{name}"), value]);
    std::iter::once(variant.to_owned()).chain(knobs).collect()
}
