//! What the proxy writes down of its requests.

use crate::*;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) type Ending = (Stage, Cause);

/// How far a request came.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Stage {
    /// The upstream's headers were awaited.
    Headers,
    /// The body was under way.
    Body,
    /// It was over.
    Done,
}

/// Who ended it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Cause {
    /// Nobody.
    Complete,
    ClientLeft,
    /// By saying nothing.
    UpstreamTimeout,
    UpstreamClosed,
}

impl Stage {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Headers => "headers",
            Self::Body => "body",
            Self::Done => "done",
        }
    }
}

impl Cause {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Complete => "complete",
            Self::ClientLeft => "client_left",
            Self::UpstreamTimeout => "upstream_timeout",
            Self::UpstreamClosed => "upstream_closed",
        }
    }
}

/// The records so far.
#[derive(Default)]
pub(crate) struct Journal(Mutex<Vec<(String, Ending)>>);

impl Journal {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Vec<(String, Ending)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Writes a record down. One that names no trouble is taken for complete.
    pub(crate) fn write(&self, record: &Record) {
        let ending = record.cause.map_or((Stage::Done, Cause::Complete), |c| (record.stage, c));
        self.lock().push((record.request.clone(), ending));
    }

    /// Whether a request was written down as it ended; says so.
    pub(crate) fn has(&self, ask: &Ask, lane: &Lane) -> bool {
        let found = self.lock().iter().find(|(request, _)| request == ask.name).map(|r| r.1);
        let (name, truth) = (ask.name, show(ask.truth));
        let right = found == Some(ask.truth);
        match right {
            true => lane.say(format!("✓ {name}: {truth}")),
            false => {
                let said = found.map_or("no record".into(), show);
                lane.say(format!("✗ {name}: {said}, but it was {truth}"));
            }
        }
        right
    }

    /// How often each ending came, as Prometheus reads it.
    pub(crate) fn metrics(&self) -> String {
        let lines = lines(self.lock().iter().map(|record| record.1));
        format!("# HELP {METRIC} Requests, by how they ended.\n# TYPE {METRIC} counter\n{lines}")
    }
}

pub(crate) const METRIC: &str = "proxy_requests_total";

pub(crate) fn lines(endings: impl Iterator<Item = Ending>) -> String {
    let mut counts = BTreeMap::new();
    for (stage, cause) in endings {
        *counts.entry((stage.word(), cause.word())).or_insert(0) += 1;
    }
    let line = |((s, c), n)| format!("{METRIC}{{stage=\"{s}\",cause=\"{c}\"}} {n}\n");
    counts.into_iter().map(line).collect()
}

pub(crate) fn show((stage, cause): Ending) -> String {
    match stage {
        Stage::Done => cause.word().to_owned(),
        _ => format!("{} at stage {}", cause.word(), stage.word()),
    }
}

/// What is known of one request.
pub(crate) struct Record {
    pub(crate) request: String,
    pub(crate) stage: Stage,
    pub(crate) cause: Option<Cause>,
    /// Where it is to write itself when it is dropped, if it does.
    pub(crate) writes_to: Option<Arc<Journal>>,
}

impl Record {
    pub(crate) fn of(request: &Request) -> Self {
        let request = format!("{} {}", request.method(), request.uri().path());
        Self { request, stage: Stage::Headers, cause: None, writes_to: None }
    }

    pub(crate) fn note(&mut self, answer: &reqwest::Result<reqwest::Response>) {
        match answer {
            Ok(_) => self.stage = Stage::Body,
            Err(error) => self.cause = Some(cause_of(error)),
        }
    }
}

/// What the error of an answer or of a body says of the upstream.
pub(crate) fn cause_of(error: &(dyn Error + 'static)) -> Cause {
    let mut errors = std::iter::successors(Some(error), |&e| e.source());
    match errors.any(|e| e.downcast_ref().is_some_and(reqwest::Error::is_timeout)) {
        true => Cause::UpstreamTimeout,
        false => Cause::UpstreamClosed,
    }
}
