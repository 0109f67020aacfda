use anyhow::{Error, anyhow};
use std::fmt;

/// What is wrong, where, and what to do about it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// From the root of the repository.
    pub file: String,
    /// Counts from 1; 0 where it is the file as a whole.
    pub line: usize,
    pub what: String,
}

impl Problem {
    /// One that concerns a file as a whole.
    pub fn file(file: impl Into<String>, what: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, what: what.into() }
    }

    /// All of them as one error, each on its line; `Ok` where there is none.
    pub fn fail(mut problems: Vec<Self>) -> Result<(), Error> {
        problems.sort();
        problems.dedup();
        if problems.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = problems.iter().map(|p| format!("  {p}")).collect();
        let many = if problems.len() == 1 { "problem" } else { "problems" };
        Err(anyhow!("{} {many}:\n{}", problems.len(), lines.join("\n")))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.file, self.what),
            line => write!(f, "{}:{line}: {}", self.file, self.what),
        }
    }
}

/// The one of a few words that somebody may have meant.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let alike = |other: &&str| {
        let diff = similar::TextDiff::from_chars(word, *other);
        (diff.ratio() * 100.0) as u32
    };
    known.into_iter().max_by_key(alike).filter(|best| alike(best) >= 60)
}

/// ` (did you mean x?)`, where something known is alike.
pub(crate) fn hint<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, known).map(|w| format!(" (did you mean {w}?)")).unwrap_or_default()
}
