use serde::{Deserialize, Serialize};
use std::{ffi::OsString, path::PathBuf};

/// What a keeper is to run: one line of JSON over its lifeline.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Order {
    pub program: OsString,
    pub args: Vec<String>,
    /// Added to the environment the server was started with.
    pub env: Vec<(String, String)>,
    /// Taken out of it.
    pub unset: Vec<String>,
    /// Where it runs; none: where the server runs.
    pub dir: Option<PathBuf>,
}

impl Order {
    pub fn new(program: impl Into<OsString>) -> Self {
        Self { program: program.into(), ..Self::default() }
    }

    pub fn args<S: Into<String>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.args.extend(args.into_iter().map(Into::into));
        self
    }

    pub fn env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    pub fn unset(mut self, name: &str) -> Self {
        self.unset.push(name.to_owned());
        self
    }
}
