use crate::catalog::Job;
use labkit_wire::Verdict;
use std::fmt;

/// What a variant is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aim {
    /// This, in this run.
    Show(Verdict),
    /// Anything but that the bug showed.
    NotViolate,
    /// That the bug shows in one of the runs: so is a popular fix that is none caught.
    ViolateSomewhere,
}

/// One run, and what it is to show; or several, one after the other, until one of them does.
#[derive(Debug, Clone)]
pub struct Trial {
    pub job: Job,
    /// Where it is tried next, should it go well.
    pub further: Vec<Job>,
    pub aim: Aim,
}

impl Trial {
    pub fn once(job: Job, aim: Aim) -> Self {
        Self { job, further: vec![], aim }
    }
}

impl Aim {
    pub fn is_met(self, verdict: Verdict) -> bool {
        match self {
            Self::Show(expected) => verdict == expected,
            Self::NotViolate => verdict != Verdict::Violated,
            Self::ViolateSomewhere => verdict == Verdict::Violated,
        }
    }
}

impl fmt::Display for Aim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Show(verdict) => verdict.fmt(f),
            Self::NotViolate => f.write_str("anything but violated"),
            Self::ViolateSomewhere => f.write_str("violated somewhere on the grid"),
        }
    }
}
