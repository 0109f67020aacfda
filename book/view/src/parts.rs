//! What a timeline is made of.

use labkit_wire::Verdict;

#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub name: String,
    pub spans: Vec<Span>,
    pub moments: Vec<Moment>,
    pub gauges: Vec<Gauge>,
    /// Which of its tracks have an unfinished span: overlapping spans lie side by side.
    pub busy: Vec<bool>,
}

#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub seq: u64,
    pub name: String,
    pub point: Option<u32>,
    pub track: usize,
    pub from: u64,
    pub end: SpanEnd,
}

#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum SpanEnd {
    Open,
    Done(u64),
    Dropped { at: u64, polls: u32 },
}

/// A mark or a check: something that takes no time.
#[derive(Debug, Clone)]
pub(crate) struct Moment {
    pub seq: u64,
    pub at: u64,
    pub what: What,
}

#[derive(Debug, Clone)]
pub(crate) enum What {
    Mark { number: u32, text: String },
    Check { what: String, want: String, got: String, ok: bool },
}

#[derive(Debug, Clone)]
pub(crate) struct Gauge {
    pub seq: u64,
    pub name: String,
    pub unit: String,
    pub steps: Vec<(u64, i64)>,
}

/// One line of the table, in the order it happened.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub at: u64,
    pub lane: String,
    pub kind: EntryKind,
}

#[derive(Debug, Clone)]
pub(crate) enum EntryKind {
    Begin { name: String, point: Option<u32> },
    End { name: String },
    Dropped { name: String, polls: u32 },
    Moment(What),
    Gauge { name: String, value: i64, unit: String },
    Verdict { verdict: Verdict, why: String },
}

impl Lane {
    pub fn new(name: &str) -> Self {
        Self { name: name.to_owned(), spans: vec![], moments: vec![], gauges: vec![], busy: vec![] }
    }

    /// How many spans were ever under way at once.
    pub fn tracks(&self) -> usize {
        self.busy.len()
    }
}

impl Span {
    /// When it ended, or `now` if it has not.
    pub fn to(&self, now: u64) -> u64 {
        match self.end {
            SpanEnd::Open => now.max(self.from),
            SpanEnd::Done(at) | SpanEnd::Dropped { at, .. } => at,
        }
    }

    pub fn dropped(&self) -> bool {
        matches!(self.end, SpanEnd::Dropped { .. })
    }

    pub fn open(&self) -> bool {
        self.end == SpanEnd::Open
    }
}

impl Gauge {
    /// The value at that time, if it was known by then.
    pub fn at(&self, time: u64) -> Option<i64> {
        let after = self.steps.partition_point(|(at, _)| *at <= time);
        after.checked_sub(1).map(|i| self.steps[i].1)
    }
}
