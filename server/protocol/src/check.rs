use labkit_wire::Verdict;
use serde::{Deserialize, Serialize};

/// One point of a lab's grid at which the reader's own variant was run, in the order in which the runs ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// How many are done, this one included, and of how many.
    pub done: u64,
    /// How many the grid has.
    pub of: u64,
    /// Whether that is no fix.
    pub fails: bool,
    /// Where the knobs stood, in words.
    pub place: String,
    /// What was seen there, in words.
    pub seen: String,
}

impl Point {
    /// A sign before its line: it fails, it held, or nothing was at stake.
    pub fn mark(&self) -> char {
        match self.fails {
            true => '✗',
            false if self.seen.starts_with(Verdict::Held.word()) => '✓',
            false => '–',
        }
    }
}

/// What came of a check of the reader's own variant over the grid of its lab.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Held where no point failed; else what the first one that failed showed.
    pub verdict: Verdict,
    /// A line for people: never just "held".
    pub words: String,
    /// A sentence more: what failed there, or where it could not be looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The first point that failed, as the query of a chapter's address: `lost-line.tick=51`; empty at the defaults.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// What is typed to see that point again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<String>,
    /// What it behaves like, where that is known, and why that is no fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alike: Option<String>,
}
