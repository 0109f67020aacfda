use crate::rules::Level;
use proc_macro2::Span;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// A stretch of a file: lines from 1, columns in characters from 1, the end exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub struct Spot {
    /// The line it begins in.
    pub line: usize,
    /// The column it begins at.
    pub column: usize,
    /// The line it ends in.
    pub end_line: usize,
    /// The column after its last character.
    pub end_column: usize,
}

impl From<Span> for Spot {
    fn from(span: Span) -> Self {
        let (from, to) = (span.start(), span.end());
        Self {
            line: from.line,
            column: from.column + 1,
            end_line: to.line,
            end_column: to.column + 1,
        }
    }
}

/// A shape that was seen, before anybody asked what it is made of.
#[derive(Debug, Clone)]
pub struct Candidate {
    pub(crate) rule: &'static str,
    pub(crate) at: Spot,
    pub(crate) says: String,
    pub(crate) function: String,
    /// Where clippy would speak if the types are as the rule needs them.
    pub(crate) asks: Option<Spot>,
    pub(crate) most: Level,
    /// Nothing without clippy's word.
    pub(crate) typed: bool,
    pub(crate) in_test: bool,
    /// Behind a `cfg`: clippy may not have seen it.
    pub(crate) behind_cfg: bool,
    /// Dropped where one of these functions spawns a task: it is looked after elsewhere.
    pub(crate) unless_spawned_by: HashSet<String>,
}

impl Candidate {
    pub(crate) fn new(rule: &'static str, at: Span, says: impl Into<String>) -> Self {
        Self {
            rule,
            at: at.into(),
            says: says.into(),
            function: String::new(),
            asks: None,
            most: Level::Sure,
            typed: false,
            in_test: false,
            behind_cfg: false,
            unless_spawned_by: HashSet::new(),
        }
    }

    pub(crate) fn asks(self, at: Span) -> Self {
        Self { asks: Some(at.into()), ..self }
    }

    pub(crate) fn at_most(self, level: Level) -> Self {
        Self { most: self.most.min(level), ..self }
    }

    pub(crate) fn at_most_if(self, when: bool, level: Level) -> Self {
        if when { self.at_most(level) } else { self }
    }
}

/// "This function works in steps": what is lost when it is dropped in between.
#[derive(Debug, Clone)]
pub(crate) struct Fact {
    pub(crate) function: String,
    pub(crate) why: String,
    pub(crate) line: usize,
    /// Its docs speak of cancellation: whoever wrote it thought of it.
    pub(crate) documented: bool,
}

/// A call in a place that may drop it, of a function that may work in steps.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    pub(crate) callee: String,
    pub(crate) scope: &'static str,
    pub(crate) found: Candidate,
}

/// What a file says about its whole crate.
#[derive(Debug, Clone, Default)]
pub(crate) struct Marks {
    /// Words that settle a question for the crate, such as `statement_timeout`.
    pub(crate) words: BTreeSet<&'static str>,
    /// Findings that stand only where the crate has none of the word.
    pub(crate) unless: Vec<(&'static str, Candidate)>,
}

/// All of one file.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scan {
    pub(crate) candidates: Vec<Candidate>,
    pub(crate) facts: Vec<Fact>,
    pub(crate) steps: Vec<Step>,
    /// How often each async function's name is defined.
    pub(crate) defined: BTreeMap<String, usize>,
    /// Functions that spawn.
    pub(crate) spawners: HashSet<String>,
    pub(crate) marks: Marks,
    /// Macros whose inside was not understood, with the line.
    pub(crate) unread: Vec<(usize, String)>,
    pub(crate) selects: usize,
    /// Stretches behind a `cfg`.
    pub(crate) cfgs: usize,
}
