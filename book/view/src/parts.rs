//! What a timeline is made of.

use labkit_wire::{Event, Kind};

#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub name: String,
    pub spans: Vec<Span>,
    /// Marks and checks, which take no time: where they are in the log.
    pub moments: Vec<usize>,
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
    /// Its time is never before that of the entry before.
    pub event: Event,
    /// Which mark it is, counted from 1.
    pub number: u32,
    /// The span that ended.
    pub name: String,
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

impl Entry {
    /// Whether it is a check, and how it came out.
    pub fn check(&self) -> Option<bool> {
        match self.event.kind {
            Kind::Check { ok, .. } => Some(ok),
            _ => None,
        }
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
