//! `rules.toml`, read: what is looked for, and what is said of it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// How much a finding says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Worth a look when one has the time. Counted, and shown on request.
    Note,
    /// The shape is there. What it is made of was not, or could not be, asked.
    Likely,
    /// The shape is there, and clippy says that it is made of the calls the lab is about.
    Sure,
}

impl Level {
    /// One level down, and no further than a note.
    pub(crate) fn down(self) -> Self {
        match self {
            Self::Sure => Self::Likely,
            Self::Likely | Self::Note => Self::Note,
        }
    }

    /// As it is written.
    pub fn word(self) -> &'static str {
        match self {
            Self::Sure => "sure",
            Self::Likely => "likely",
            Self::Note => "note",
        }
    }
}

/// One shape, the lab that shows it, and what to do.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What findings, `allow` and baselines call it.
    pub id: String,
    /// The slug of the lab that shows what happens.
    pub lab: String,
    /// Its page in the book, without an ending.
    pub chapter: String,
    /// The highest level a finding of it gets.
    pub most: Level,
    /// Whether types that say otherwise drop the finding.
    #[serde(default)]
    pub refute: bool,
    /// What happens, in one line.
    pub why: String,
    /// What to do, in one line.
    pub fix: String,
    /// What clippy is asked about.
    #[serde(default)]
    pub calls: Vec<Call>,
}

/// A function or method whose presence makes the shape what it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Call {
    /// As rustc knows it.
    pub path: String,
    /// What follows its name in what is said.
    pub loses: String,
    /// Whether the name alone says too little.
    #[serde(default)]
    pub typed: bool,
    /// Whether what is left behind outlives the caller, whoever the receiver is.
    #[serde(default)]
    pub always: bool,
}

impl Call {
    /// The last part of the path.
    pub fn name(&self) -> &str {
        self.path.rsplit("::").next().unwrap_or(&self.path)
    }
}

/// All of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Rules {
    #[serde(rename = "rule")]
    all: Vec<Rule>,
}

impl Rules {
    /// Those this program was built with.
    ///
    /// # Errors
    /// Where `rules.toml` cannot be read; a test sees that it can.
    pub fn ours() -> Result<Self, toml::de::Error> {
        toml::from_str(include_str!("../rules.toml"))
    }

    /// Each, in the order they are written.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.all.iter()
    }

    /// The rule of that name.
    pub fn get(&self, id: &str) -> Option<&Rule> {
        self.all.iter().find(|rule| rule.id == id)
    }

    /// The calls of a rule that have this name.
    pub(crate) fn calls<'a>(&'a self, id: &str, name: &'a str) -> impl Iterator<Item = &'a Call> {
        self.get(id).into_iter().flat_map(|r| &r.calls).filter(move |call| call.name() == name)
    }

    /// All paths clippy is asked about.
    pub(crate) fn paths(&self) -> BTreeSet<&str> {
        self.all.iter().flat_map(|rule| &rule.calls).map(|call| call.path.as_str()).collect()
    }
}
