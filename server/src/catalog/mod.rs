//! The labs there are. What the server knows of a lab, the lab told it, by `--describe`.

mod choose;
mod describe;
mod find;
mod order;

pub use choose::{Job, Unfit};
pub use find::{Workspace, find_workspace};

use describe::describe;
use labkit_wire::{Description, KnobError, Need, Values};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

/// The name of the reader's own variant.
pub const MINE: &str = "mine";

/// One lab that can be run.
#[derive(Debug, Clone)]
pub struct Lab {
    pub description: Description,
    pub program: PathBuf,
}

/// All labs, in the order of the book.
#[derive(Debug, Default)]
pub struct Catalog {
    pub labs: Vec<Arc<Lab>>,
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
        let mut programs = find::programs(folder, workspace)?;
        let named = |program: &PathBuf| only.iter().any(|slug| program.ends_with(slug));
        if !only.is_empty() && programs.iter().filter(|p| named(p)).count() >= only.len() {
            programs.retain(named);
        }
        let mut catalog = Self::default();
        for asked in describe(programs).await {
            match asked {
                Ok(lab) => catalog.labs.push(Arc::new(lab)),
                Err(why) => catalog.skipped.push(why),
            }
        }
        let summary = workspace.map(|w| w.root.join("book/src/SUMMARY.md"));
        let order = order::Order::read(summary.as_deref());
        catalog.labs.sort_by_key(|lab| order.key(&lab.description.slug));
        catalog.skipped.sort();
        Ok(catalog)
    }

    pub fn lab(&self, slug: &str) -> Option<&Arc<Lab>> {
        self.labs.iter().find(|lab| lab.description.slug == slug)
    }

    pub fn slugs(&self) -> Vec<String> {
        self.labs.iter().map(|lab| lab.description.slug.clone()).collect()
    }

    pub fn needs(&self, need: Need) -> bool {
        self.labs.iter().any(|lab| lab.needs(need))
    }
}

impl Lab {
    pub fn slug(&self) -> &str {
        &self.description.slug
    }

    pub fn needs(&self, need: Need) -> bool {
        self.description.needs.contains(&need)
    }

    /// The variants it was built with; the reader's own is built on request.
    pub fn has(&self, variant: &str) -> bool {
        variant != MINE && self.description.variants.iter().any(|v| v == variant)
    }

    /// The lab's knobs, with these set; each is checked.
    pub fn values(&self, typed: &BTreeMap<String, String>) -> Result<Values, KnobError> {
        let mut values = Values::defaults(&self.description);
        for (name, value) in typed {
            values.set(&self.description, name, value)?;
        }
        Ok(values)
    }
}

/// A lab's arguments.
pub fn args(variant: &str, values: &Values) -> Vec<String> {
    let knobs = values.iter().flat_map(|(name, value)| [format!("--{name}"), value]);
    std::iter::once(variant.to_owned()).chain(knobs).collect()
}
