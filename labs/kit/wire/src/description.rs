use crate::text::join;
use serde::{Deserialize, Serialize};

/// Everything the world knows about a lab: what `<lab> --describe` prints, as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// [`crate::VERSION`] of the lab that printed it.
    pub version: u32,
    /// Names the symptom; also the folder, the chapter and the executable.
    pub slug: String,
    /// One sentence: what one sees.
    pub title: String,
    /// The crates the lab is about, as a reader would name them.
    pub crates: Vec<String>,
    /// The sections of the article it covers, such as `1.2`.
    pub article: Vec<Article>,
    /// Which clock its runs are timed by.
    pub clock: Clock,
    /// What can be run, by name: `buggy`, `fixed`, and `mine` where the lab was built with it.
    pub variants: Vec<String>,
    /// Popular fixes that are none, as variants that [`crate::WRONG`] begins: each fails somewhere on the grid, and no page
    /// offers them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wrong: Vec<String>,
    /// What a reader can turn, in the order of declaration.
    pub knobs: Vec<Knob>,
    /// What is used beyond its own process.
    pub needs: Vec<Need>,
}

/// A section of the article, such as `1.2`.
pub type Article = String;

/// Which clock a lab runs on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Clock {
    /// Virtual: time jumps to the next timer, and a run is repeatable byte for byte.
    Paused,
    /// The machine's clock: real sockets, real databases.
    Real,
}

/// What a lab uses beyond its own process, where it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Need {
    /// A PostgreSQL server is used where one is found; without one the lab does what it can.
    Postgres,
}

/// One thing a reader can turn. Declared once; the command line, the form and the check grid follow.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Knob {
    /// As in `--name value` and in JSON.
    pub name: String,
    /// What it does, in one sentence.
    pub help: String,
    /// Which values it takes.
    #[serde(flatten)]
    pub kind: KnobKind,
}

/// The values a knob takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum KnobKind {
    /// A whole number of `unit` from `min` to `max`, both included.
    Number {
        /// Such as `ms` or `kB`; empty for a count.
        unit: String,
        /// The least it may be, in that unit.
        min: u64,
        /// The most it may be, in that unit.
        max: u64,
        /// Where nothing else is said, in that unit.
        default: u64,
        /// What checks and recordings try, in that unit.
        grid: Vec<u64>,
    },
    /// One word of a few.
    Choice {
        /// All that are allowed, in the order of declaration.
        choices: Vec<Choice>,
        /// The one that is meant where nothing else is said.
        default: String,
    },
}

/// One value of a [`KnobKind::Choice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// The word itself, as it is typed.
    pub value: String,
    /// What it means, in one sentence.
    pub help: String,
}

impl Description {
    /// The knob of that name.
    pub fn knob(&self, name: &str) -> Option<&Knob> {
        self.knobs.iter().find(|k| k.name == name)
    }
}

impl Knob {
    /// The default, as one would type it.
    pub fn default_text(&self) -> String {
        match &self.kind {
            KnobKind::Number { default, .. } => default.to_string(),
            KnobKind::Choice { default, .. } => default.clone(),
        }
    }

    /// What may be typed, in words: `a whole number from 1 to 100 (ms)`, or `one of: auto, sqlite`.
    pub fn allowed(&self) -> String {
        match &self.kind {
            KnobKind::Number { unit, min, max, .. } if unit.is_empty() => {
                format!("a whole number from {min} to {max}")
            }
            KnobKind::Number { unit, min, max, .. } => {
                format!("a whole number from {min} to {max} ({unit})")
            }
            KnobKind::Choice { choices, .. } => {
                let words: Vec<_> = choices.iter().map(|c| c.value.clone()).collect();
                format!("one of: {}", join(&words, ", "))
            }
        }
    }

    /// The values that checks and recordings try, as one would type them; the default is among them.
    pub fn grid(&self) -> Vec<String> {
        match &self.kind {
            KnobKind::Number { default, grid, .. } => {
                let mut all: Vec<u64> = vec![];
                for value in grid.iter().chain([default]) {
                    if let Err(place) = all.binary_search(value) {
                        all.insert(place, *value);
                    }
                }
                all.iter().map(u64::to_string).collect()
            }
            KnobKind::Choice { choices, .. } => choices.iter().map(|c| c.value.clone()).collect(),
        }
    }
}
