use serde::{Deserialize, Serialize};
use std::fmt;

/// What a run showed. A run without a verdict is a fault of the lab itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// Every check held, and something was at stake.
    Held,
    /// At least one check failed: the bug showed.
    Violated,
    /// Nothing was cancelled, or nothing was checked.
    Unexercised,
    /// A prerequisite is missing on this machine.
    Unavailable,
}

/// The exit codes of a lab. Anything else is a fault of the lab itself.
pub mod exit {
    /// [`Verdict::Held`](super::Verdict::Held).
    pub const HELD: u8 = 0;
    /// The command line was wrong; nothing ran.
    pub const USAGE: u8 = 2;
    /// [`Verdict::Violated`](super::Verdict::Violated).
    pub const VIOLATED: u8 = 10;
    /// [`Verdict::Unexercised`](super::Verdict::Unexercised).
    pub const UNEXERCISED: u8 = 11;
    /// [`Verdict::Unavailable`](super::Verdict::Unavailable).
    pub const UNAVAILABLE: u8 = 12;
}

impl Verdict {
    /// The exit code that stands for this verdict.
    pub const fn code(self) -> u8 {
        match self {
            Self::Held => exit::HELD,
            Self::Violated => exit::VIOLATED,
            Self::Unexercised => exit::UNEXERCISED,
            Self::Unavailable => exit::UNAVAILABLE,
        }
    }

    /// The verdict an exit code stands for, if it stands for one.
    pub const fn from_code(code: i32) -> Option<Self> {
        Some(match code {
            c if c == exit::HELD as i32 => Self::Held,
            c if c == exit::VIOLATED as i32 => Self::Violated,
            c if c == exit::UNEXERCISED as i32 => Self::Unexercised,
            c if c == exit::UNAVAILABLE as i32 => Self::Unavailable,
            _ => return None,
        })
    }

    /// The verdict that [`Self::word`] names.
    pub fn from_word(word: &str) -> Option<Self> {
        let all = [Self::Held, Self::Violated, Self::Unexercised, Self::Unavailable];
        all.into_iter().find(|v| v.word() == word)
    }

    /// The word a person reads.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Violated => "violated",
            Self::Unexercised => "unexercised",
            Self::Unavailable => "unavailable",
        }
    }

    /// The sign that goes with the word, so that colour is never alone.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Held => "✓",
            Self::Violated => "✗",
            Self::Unexercised => "–",
            Self::Unavailable => "?",
        }
    }

    /// What the word means, in one sentence.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Held => "Every check held.",
            Self::Violated => "The bug showed.",
            Self::Unexercised => "Nothing was at stake in this run, so it says nothing.",
            Self::Unavailable => "Something this lab needs is missing here.",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_verdict_has_its_own_exit_code_and_comes_back_from_it() {
        for v in [Verdict::Held, Verdict::Violated, Verdict::Unexercised, Verdict::Unavailable] {
            assert_eq!(Verdict::from_code(v.code().into()), Some(v));
        }
        assert_eq!(Verdict::from_code(exit::USAGE.into()), None);
        assert_eq!(Verdict::from_code(101), None, "a panic is not a verdict");
    }
}
