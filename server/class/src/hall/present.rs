use crate::{rules::page_name, snapshot::Here};
use std::collections::{BTreeMap, BTreeSet};
use tokio_util::sync::CancellationToken;

/// The pages that are open here.
#[derive(Debug, Default)]
pub struct Present {
    next: u64,
    pages: BTreeMap<u64, Page>,
}

/// Each with its person and its place in the book.
#[derive(Debug)]
struct Page {
    person: i64,
    place: String,
    /// Set when it is to come again.
    let_go: CancellationToken,
}

impl Present {
    /// Gives its number, and what tells when it is to come again.
    pub fn add(&mut self, person: i64, page: &str) -> (u64, CancellationToken) {
        let (id, place) = (self.next, if page_name(page) { page } else { "" }.to_owned());
        let let_go = CancellationToken::new();
        self.next += 1;
        self.pages.insert(id, Page { person, place, let_go: let_go.clone() });
        (id, let_go)
    }

    /// All pages of somebody's are to come again.
    pub fn let_go(&self, person: i64) {
        let theirs = self.pages.values().filter(|page| page.person == person);
        theirs.for_each(|page| page.let_go.cancel());
    }

    pub fn remove(&mut self, id: u64) {
        self.pages.remove(&id);
    }

    /// How many are on which page. Who has two pages open is on both; the same page twice counts once.
    pub fn here(&self) -> Here {
        let pages: BTreeSet<_> = self.pages.values().map(|it| (it.person, &it.place)).collect();
        let mut here = Here::new();
        for (_, page) in pages {
            *here.entry(page.clone()).or_default() += 1;
        }
        here
    }
}
