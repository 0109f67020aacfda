use crate::catalog::Unfit;
use std::{fmt::Display, process::ExitCode};

/// An error for a person: what happened, why, and the one thing to do.
#[derive(Debug)]
pub struct Complaint {
    what: String,
    why: Option<String>,
    fix: Option<String>,
    code: u8,
}

impl Complaint {
    /// Something went wrong: exit code 1.
    pub fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), why: None, fix: None, code: 1 }
    }

    /// The command line is wrong: exit code 2.
    pub fn usage(what: impl Into<String>) -> Self {
        Self { code: labkit_wire::exit::USAGE, ..Self::new(what) }
    }

    pub fn because(mut self, why: impl Display) -> Self {
        self.why = Some(why.to_string());
        self
    }

    pub fn so(mut self, fix: impl Into<String>) -> Self {
        self.fix = Some(fix.into());
        self
    }

    pub fn report(self) -> ExitCode {
        eprintln!("error: {}", self.what);
        if let Some(why) = self.why {
            eprintln!("  why: {}.", why.trim_end_matches('.'));
        }
        if let Some(fix) = self.fix {
            eprintln!("  try: {fix}");
        }
        ExitCode::from(self.code)
    }
}

impl From<Unfit> for Complaint {
    fn from(unfit: Unfit) -> Self {
        Self::usage(unfit.to_string()).so("see all labs and their knobs: still-running list")
    }
}
