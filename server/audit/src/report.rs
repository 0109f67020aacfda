//! What comes out.

use crate::{rules::Level, scan::Spot};
use serde::Serialize;
use std::{collections::BTreeMap, path::PathBuf};

/// One place that looks like a lab's bug.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// How much it says.
    pub level: Level,
    /// From the root of the report.
    pub file: PathBuf,
    /// Where in it.
    #[serde(flatten)]
    pub at: Spot,
    /// The function it is in; empty outside of any.
    pub function: String,
    /// What was seen.
    pub message: String,
    /// The line it begins in, with spaces made one.
    pub snippet: String,
    /// The lab that shows what happens.
    pub lab: String,
    /// The page of the book.
    pub chapter: String,
}

/// Something that was not looked at, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Unseen {
    /// The file, from the root; none where it is about all of it.
    pub file: Option<PathBuf>,
    /// The line, where there is one.
    pub line: Option<usize>,
    /// A sentence without its full stop.
    pub why: String,
}

/// What types were known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "state", content = "why")]
pub enum Types {
    /// Clippy was asked, and answered for this many files.
    Known(usize),
    /// It was asked, and some of the crate did not build.
    Partly(String),
    /// It could not be asked.
    Unknown(String),
    /// It was not to be asked.
    NotAsked,
}

/// How much was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Seen {
    /// Files of Rust.
    pub files: usize,
    /// Lines in them.
    pub lines: usize,
    /// Files with anything async, which were parsed.
    pub parsed: usize,
    /// `select!`s that were met.
    pub selects: usize,
    /// Milliseconds it took.
    pub took_ms: u128,
    /// What clippy said.
    pub types: Types,
}

/// All of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Report {
    /// The folder, or the one file, that was looked at.
    pub root: PathBuf,
    /// By file and line.
    pub findings: Vec<Finding>,
    /// How many were allowed in the source, with a reason.
    pub allowed: usize,
    /// How many a baseline knew.
    pub known: usize,
    /// What was not looked at.
    pub unseen: Vec<Unseen>,
    /// What was.
    pub seen: Seen,
}

/// The form of the report as JSON.
pub const SCHEMA: u32 = 1;

/// No finding.
pub const CLEAN: u8 = 0;
/// At least one that is sure.
pub const SURE: u8 = 10;
/// None that is sure, and at least one that is likely.
pub const LIKELY: u8 = 11;

impl Report {
    /// What the program ends with. Notes alone are clean.
    pub fn exit_code(&self) -> u8 {
        match self.findings.iter().map(|f| f.level).max() {
            Some(Level::Sure) => SURE,
            Some(Level::Likely) => LIKELY,
            Some(Level::Note) | None => CLEAN,
        }
    }

    /// How many of each level.
    pub fn counts(&self) -> BTreeMap<Level, usize> {
        let mut counts = BTreeMap::new();
        for finding in &self.findings {
            *counts.entry(finding.level).or_default() += 1;
        }
        counts
    }

    /// Where a finding's file is.
    pub fn path_of(&self, finding: &Finding) -> PathBuf {
        match finding.file.as_os_str().is_empty() {
            true => self.root.clone(),
            false => self.root.join(&finding.file),
        }
    }
}
