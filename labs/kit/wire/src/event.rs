use crate::{Values, Verdict};
use serde::{Deserialize, Serialize};

/// Something that happened in a run, told by the party that saw it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Counts from 0 in one run, without a gap.
    pub seq: u64,
    /// Lab time in microseconds: virtual in a lab with a paused clock.
    pub at: u64,
    /// Who: client, wire, server, database, task … One line of the timeline each.
    pub lane: String,
    #[serde(flatten)]
    pub kind: Kind,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// The run begins; always event 0.
    Run { lab: String, variant: String, knobs: Values },
    /// A span begins. `point` is the number of the await point in the code shown, if it has one.
    Begin {
        span: u32,
        name: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        point: Option<u32>,
    },
    /// A span ended by itself.
    End { span: u32 },
    /// A future was dropped before it was done, after that many polls: the cancel.
    Dropped { span: u32, polls: u32 },
    /// A moment, in words.
    Mark { text: String },
    /// A value that changed, such as open sockets or queued bytes.
    Gauge { name: String, value: i64, unit: String },
    /// A check, in words, with what was wanted and what was got.
    Check { what: String, want: String, got: String, ok: bool },
    /// The last event of a run.
    Verdict { verdict: Verdict, why: String },
}

impl Event {
    /// Lab time in milliseconds.
    pub fn millis(&self) -> f64 {
        self.at as f64 / 1000.0
    }
}
