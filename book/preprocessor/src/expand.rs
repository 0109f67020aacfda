//! From a chapter with directives to Markdown with HTML in it.

use crate::{
    Problem,
    catalog::{Catalog, Lab},
    directive::{Directive, Part, scan},
    html, widgets,
};
use labkit_wire::Description;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

/// All chapters: what must be unique is unique over all of them, since one page prints the whole book.
pub(crate) struct Book {
    pub catalog: Catalog,
    pub problems: Vec<Problem>,
    src: String,
    chapters: Vec<PathBuf>,
    descriptions: BTreeMap<String, Result<Description, String>>,
    ids: BTreeSet<String>,
}

/// The chapter a directive stands in.
pub(crate) struct Page<'a> {
    pub book: &'a mut Book,
    /// From the folder of SUMMARY.md.
    pub path: &'a Path,
    /// How many words of prose it has.
    pub words: usize,
}

/// What comes of a directive: HTML, or what is wrong with it and what to do.
pub(crate) type Expanded = Result<String, String>;

impl Book {
    pub fn new(catalog: Catalog, src: &str, chapters: &[PathBuf]) -> Self {
        Self {
            catalog,
            problems: vec![],
            src: src.to_owned(),
            chapters: chapters.to_vec(),
            descriptions: BTreeMap::new(),
            ids: BTreeSet::new(),
        }
    }

    /// Replaces the directives of a chapter; what is wrong with them is added to [`Book::problems`].
    pub fn expand(&mut self, path: &Path, text: &str) -> String {
        let file = format!("{}/{}", self.src, path.display());
        let (parts, wrong) = scan(text);
        let problem = |(line, what)| Problem { file: file.clone(), line, what };
        self.problems.extend(wrong.into_iter().map(problem));
        let words = prose(&parts);
        let mut out = String::with_capacity(text.len());
        for part in parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Directive(d) => {
                    let line = d.line;
                    match widgets::expand(&mut Page { book: self, path, words }, &d) {
                        Ok(widget) => out.push_str(&html::block(&widget)),
                        Err(what) => {
                            let what = format!("{{{{#{}}}}}: {what}", d.name);
                            self.problems.push(Problem { file: file.clone(), line, what });
                        }
                    }
                }
            }
        }
        out
    }
}

fn prose(parts: &[Part<'_>]) -> usize {
    let words = |text: &str| text.split_whitespace().count();
    let count = |part: &Part<'_>| match part {
        Part::Text(text) => words(text),
        Part::Directive(d) => words(d.body),
    };
    parts.iter().map(count).sum()
}

impl Page<'_> {
    /// The chapter's name: `lost-line` of `tasks/lost-line.md`.
    pub fn stem(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
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
        let to = self.book.chapters.iter().find(|c| c.file_stem().is_some_and(|s| s == slug))?;
        let up = self.path.parent().map_or(0, |p| p.components().count());
        Some(format!("{}{}", "../".repeat(up), to.display()))
    }
}

/// What stood as `name=value` in a directive.
type Options<'a> = Vec<(&'a str, &'a str)>;

impl Directive<'_> {
    /// Exactly these arguments, by name, and optional ones as `name=value`.
    pub fn take<const N: usize>(
        &self,
        names: [&str; N],
    ) -> Result<([&str; N], Options<'_>), String> {
        let (options, plain): (Vec<&str>, Vec<&str>) =
            self.args.iter().partition(|a| a.contains('='));
        let usage = || {
            let names: Vec<String> = names.iter().map(|n| format!("<{n}>")).collect();
            format!("write {{{{#{} {}}}}}", self.name, names.join(" "))
        };
        let plain: [&str; N] = plain.try_into().map_err(|_| usage())?;
        Ok((plain, options.into_iter().filter_map(|o| o.split_once('=')).collect()))
    }

    /// As [`Directive::take`], where no option makes sense.
    pub fn only<const N: usize>(&self, names: [&str; N]) -> Result<[&str; N], String> {
        match self.take(names)? {
            (args, options) if options.is_empty() => Ok(args),
            (_, options) => Err(format!("takes no {}=…", options[0].0)),
        }
    }
}
