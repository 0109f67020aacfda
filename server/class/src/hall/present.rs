use crate::{rules::page_name, snapshot::Here};
use std::collections::{BTreeMap, BTreeSet};

/// The pages that are open here: each with its person and its place in the book.
#[derive(Debug, Default)]
pub struct Present {
    next: u64,
    pages: BTreeMap<u64, (i64, String)>,
}

impl Present {
    pub fn add(&mut self, person: i64, page: &str) -> u64 {
        let (id, page) = (self.next, if page_name(page) { page } else { "" });
        self.next += 1;
        self.pages.insert(id, (person, page.to_owned()));
        id
    }

    pub fn remove(&mut self, id: u64) {
        self.pages.remove(&id);
    }

    /// How many are on which page. Who has two pages open is on both; the same page twice counts once.
    pub fn here(&self) -> Here {
        let pages: BTreeSet<_> = self.pages.values().collect();
        let mut here = Here::new();
        for (_, page) in pages {
            *here.entry(page.clone()).or_default() += 1;
        }
        here
    }
}
