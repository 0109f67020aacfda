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
    pub clock: Clock,
    pub variants: Vec<String>,
    pub knobs: Vec<Knob>,
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
    pub name: String,
    /// What it does, in one sentence.
    pub help: String,
    #[serde(flatten)]
    pub kind: KnobKind,
}

/// The values a knob takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum KnobKind {
    /// A whole number of `unit` from `min` to `max`, both included.
    Number { unit: String, min: u64, max: u64, default: u64, grid: Vec<u64> },
    /// One word of a few.
    Choice { choices: Vec<Choice>, default: String },
}

/// One value of a [`KnobKind::Choice`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub value: String,
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
