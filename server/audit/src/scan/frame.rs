//! What is known while one function is walked through.

use proc_macro2::Span;
use std::{
    collections::{HashMap, HashSet},
    ops::Range,
};

/// What may drop the future that is being read.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// `timeout(…)`; whether the function is left when the time is up, and whether it is in a loop.
    Timeout { left: bool, looped: bool },
    /// A branch of a `select!`; whether all others leave the loop, and whether there is one.
    Select { left: bool, looped: bool },
}

impl Scope {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Timeout { .. } => "a timeout",
            Self::Select { looped: true, .. } => "a select! in a loop",
            Self::Select { .. } => "a select!",
        }
    }

    /// Whether the work goes on with what was cut.
    pub(crate) fn goes_on(self) -> bool {
        match self {
            Self::Timeout { left, looped } | Self::Select { left, looped } => looped && !left,
        }
    }

    pub(crate) fn left(self) -> bool {
        match self {
            Self::Timeout { left, .. } | Self::Select { left, .. } => left,
        }
    }
}

/// A `JoinHandle` in a local.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Handle {
    /// The path that was called: `tokio::spawn`.
    pub(crate) spawned: Span,
    /// The work asks whether it is still wanted.
    pub(crate) stoppable: bool,
}

/// One function.
#[derive(Debug, Default)]
pub(crate) struct Frame {
    pub(crate) name: String,
    pub(crate) lines: Range<usize>,
    pub(crate) is_async: bool,
    pub(crate) loops: usize,
    pub(crate) blocking: bool,
    pub(crate) handler: bool,
    pub(crate) documented: bool,
    pub(crate) in_drop: bool,
    /// The next timeout's error leaves the function: `timeout(…).await?`.
    pub(crate) propagates: bool,
    pub(crate) scopes: Vec<Scope>,
    /// Locals and parameters that end with the function.
    pub(crate) owned: HashSet<String>,
    pub(crate) handles: HashMap<String, Handle>,
    /// Senders of channels made here: a task that feeds one ends with its reader.
    pub(crate) senders: HashSet<String>,
    /// `timeout(d, request.send())`: where, and the word `send`.
    pub(crate) headers: Vec<(Span, Span)>,
    /// Reads of a body outside of any timeout.
    pub(crate) bodies: Vec<(usize, String)>,
}

impl Frame {
    pub(crate) fn scope(&self) -> Option<Scope> {
        self.scopes.last().copied()
    }

    pub(crate) fn owns(&self, name: &str) -> bool {
        self.owned.contains(name)
    }
}
