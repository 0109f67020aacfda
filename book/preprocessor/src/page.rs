//! What directives are expanded in: a page, in its book.

use crate::{
    Edition, Problem,
    catalog::{Catalog, Lab},
    trail::{self, Chapter, Trail},
};
use labkit_wire::Description;
use maud::Markup;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// All chapters: what must be unique is unique over all of them, since one page prints the whole book.
pub(crate) struct Book {
    pub catalog: Catalog,
    pub problems: Vec<Problem>,
    pub edition: Edition,
    /// The folder of SUMMARY.md, as messages name it.
    pub src: String,
    /// Every page, in the order of SUMMARY.md.
    pub chapters: Vec<Chapter>,
    pub trails: Vec<Trail>,
    /// What each lab said of itself, so that each is asked once.
    descriptions: BTreeMap<String, Result<Description, String>>,
    /// Taken ones.
    ids: BTreeSet<String>,
    /// The answers to the questions of the chapter that is being expanded, as list items.
    pub answers: Vec<Markup>,
}

/// The chapter a directive stands in.
pub(crate) struct Page<'a> {
    pub book: &'a mut Book,
    /// From the folder of SUMMARY.md.
    pub path: &'a Path,
    pub words: Words,
}

/// What comes of a directive: HTML, or what is wrong with it and what to do.
pub(crate) type Expanded = Result<Markup, String>;

impl Book {
    pub fn new(catalog: Catalog, src: &str, pages: Vec<(Chapter, &str)>, edition: Edition) -> Self {
        let chapters: Vec<Chapter> = pages.iter().map(|(page, _)| page.clone()).collect();
        Self {
            edition,
            catalog,
            problems: vec![],
            src: src.to_owned(),
            trails: pages.iter().filter_map(|(p, text)| Trail::read(p, text, &chapters)).collect(),
            chapters,
            descriptions: BTreeMap::new(),
            ids: BTreeSet::new(),
            answers: vec![],
        }
    }

    /// The chapters that have a lab.
    pub fn labs(&self) -> Vec<Chapter> {
        let slugs = self.catalog.slugs();
        self.chapters.iter().filter(|c| slugs.contains(&c.stem())).cloned().collect()
    }
}

/// How many words of prose a chapter has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Words {
    /// What everybody reads: nothing of it is folded.
    pub open: usize,
    /// In folded sections with a run of their own.
    pub folded: usize,
    /// How many of those there are.
    pub relatives: usize,
}

impl Words {
    /// Hints and sources are read by who wants them, and take nobody's minutes.
    pub fn close(&mut self, fold: Option<(usize, bool)>) {
        if let Some((words, true)) = fold {
            self.folded += words;
            self.relatives += 1;
        }
    }
}

impl Page<'_> {
    /// The chapter's name: `lost-line` of `tasks/lost-line.md`.
    pub fn stem(&self) -> String {
        trail::stem(self.path)
    }

    /// Whether what tells an outcome or an answer is left out.
    pub fn is_for_search(&self) -> bool {
        self.book.edition == Edition::Search
    }

    pub fn lab(&self, slug: &str) -> Result<Lab, String> {
        self.book.catalog.lab(slug)
    }

    /// What a lab says of itself; asked once for all chapters.
    pub fn describe(&mut self, lab: &Lab) -> Result<Description, String> {
        let ask = || lab.describe().map_err(|e| format!("{e:#}"));
        self.book.descriptions.entry(lab.slug.clone()).or_insert_with(ask).clone()
    }

    /// An id that no other element of the book has, such as `lost-line--run-2`. On a page of another name the page's
    /// name comes first.
    pub fn id(&mut self, slug: &str, kind: &str) -> String {
        let base = match self.stem() {
            stem if stem == slug => format!("{slug}--{kind}"),
            stem => format!("{stem}--{slug}-{kind}"),
        };
        let numbered = (2..).map(|n| format!("{base}-{n}"));
        let mut free = std::iter::once(base.clone()).chain(numbered);
        let id = free.find(|id| !self.book.ids.contains(id)).unwrap_or(base);
        self.book.ids.insert(id.clone());
        id
    }

    /// The id its author chose, if nothing else has it.
    pub fn named(&mut self, name: &str) -> Result<String, String> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if name.is_empty() || !name.chars().all(plain) {
            return Err(format!("{name:?} is no id; use a–z, 0–9 and -"));
        }
        let id = format!("{}--{name}", self.stem());
        match self.book.ids.insert(id.clone()) {
            true => Ok(id),
            false => {
                Err(format!("this chapter has two of the id {name}; give one of them another"))
            }
        }
    }

    /// A link from this chapter to a lab's chapter, if there is one.
    pub fn link_to(&self, slug: &str) -> Option<String> {
        link_to(&self.book.chapters, self.path, slug)
    }
}

pub(crate) fn link_to(chapters: &[Chapter], from: &Path, slug: &str) -> Option<String> {
    let to = chapters.iter().find(|c| c.stem() == slug)?;
    Some(to.link(from))
}
