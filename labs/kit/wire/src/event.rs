use crate::{Values, Verdict};
use serde::{Deserialize, Serialize};

/// The largest number in an event, 2^53: times, numbers and gauges up to here are exact in a browser, and the sums that
/// draw them overflow nowhere. What is beyond is no event: a reader takes it for text.
pub const NUMBER_MAX: u64 = 1 << 53;

/// Something that happened in a run, told by the party that saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counts from 0 in one run, without a gap; at most [`NUMBER_MAX`].
    pub seq: u64,
    /// Lab time in microseconds, at most [`NUMBER_MAX`]: virtual in a lab with a paused clock.
    pub at: u64,
    /// Who: client, wire, server, database, task … One line of the timeline each.
    pub lane: String,
    /// What happened.
    #[serde(flatten)]
    pub kind: Kind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// The run begins; always event 0.
    Run {
        /// The lab's slug.
        lab: String,
        /// What is run: `buggy`, `fixed`, `mine`, or a popular fix that is none.
        variant: String,
        /// The knobs it has, defaults included.
        knobs: Values,
    },
    /// A span begins. `point` is the number of the await point in the code shown, if it has one.
    Begin {
        /// Its number, unique in the run.
        span: u32,
        /// What it is, as code says it: `next()`.
        name: String,
        /// The number that stands beside the await in the code shown.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<u32>,
    },
    /// A span ended by itself.
    End {
        /// Which.
        span: u32,
    },
    /// A future was dropped before it was done, after that many polls: the cancel.
    Dropped {
        /// Which.
        span: u32,
        /// How often it had been polled.
        polls: u32,
    },
    /// A limit begins to run over a span: a timeout, a deadline. Whether it was kept, the span's own end tells.
    Limit {
        /// Which span it is to end.
        span: u32,
        /// What it is, as code says it: `timeout`, `grpc-timeout`.
        name: String,
        /// How long after this event it is due: microseconds, at most [`NUMBER_MAX`].
        after: u64,
    },
    /// What whoever waited for a span got of it, in a word or two: `Ok`, `Err(Elapsed)`. How long it took, the span tells.
    Outcome {
        /// Which span.
        span: u32,
        /// What they got.
        text: String,
    },
    /// What a future that was dropped had in hand, as who could see it says: the rest of a sentence whose subject is the
    /// future, such as `had read "lef"`. Told right before its drop.
    Held {
        /// Which span.
        span: u32,
        /// What it had.
        text: String,
    },
    /// Who wanted a span's work has left. What it does from here on is for nobody.
    Orphaned {
        /// Which span.
        span: u32,
    },
    /// One event came of another: cause and effect.
    Link {
        /// The `seq` of the cause.
        from: u64,
        /// The `seq` of the effect.
        to: u64,
    },
    /// In which order the lanes tell the story, the first one on top. Those it does not name come after them.
    Lanes {
        /// The names of lanes.
        names: Vec<String>,
    },
    /// A moment, in words.
    Mark {
        /// What happened: the rest of a sentence whose subject is the lane.
        text: String,
    },
    /// A value that changed, such as open sockets or queued bytes; no farther from 0 than [`NUMBER_MAX`].
    Gauge {
        /// What is measured.
        name: String,
        /// What it is from now on, in `unit`.
        value: i64,
        /// Such as `B`; empty for a count.
        unit: String,
    },
    /// A check, in words, with what was wanted and what was got.
    Check {
        /// The invariant.
        what: String,
        /// What it asks for.
        want: String,
        /// What the run showed.
        got: String,
        /// Whether it held.
        ok: bool,
    },
    /// The last event of a run.
    Verdict {
        /// What the run showed, all in all.
        verdict: Verdict,
        /// Why one may say so, in words.
        why: String,
    },
}

impl Event {
    /// Lab time in milliseconds.
    pub fn millis(&self) -> f64 {
        self.at as f64 / 1000.0
    }
}
