//! What a timeline is made of.

use crate::text::time;
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
    /// The event that ended it.
    pub ended_by: Option<u64>,
    pub limits: Vec<Limit>,
    /// What whoever waited for it got.
    pub outcome: Option<String>,
    /// What it had in hand when it was dropped.
    pub held: Option<String>,
    /// Since when nobody waits for it.
    pub orphaned: Option<u64>,
}

/// What was to end a span.
#[derive(Debug, Clone)]
pub(crate) struct Limit {
    pub seq: u64,
    pub name: String,
    pub from: u64,
    pub until: u64,
}

/// What became of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fate {
    /// It is not due yet.
    Ahead,
    /// The span was over before.
    Spared,
    /// It ended the span.
    Fired,
    /// It was due, and the span went on.
    Passed,
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
    /// The span that it is about; of a link, its cause in words.
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
    /// What happened, as the cause of something else: `client: call was dropped`.
    pub fn subject(&self) -> String {
        let what = match &self.event.kind {
            Kind::Begin { name, .. } => format!("{name} begins"),
            Kind::End { .. } => format!("{} ends", self.name),
            Kind::Dropped { .. } => format!("{} was dropped", self.name),
            Kind::Mark { text } => text.clone(),
            Kind::Check { what, .. } => what.clone(),
            _ => self.name.clone(),
        };
        format!("{}: {what}", self.event.lane)
    }

    /// Whether it is a check, and how it came out.
    pub fn check(&self) -> Option<bool> {
        match self.event.kind {
            Kind::Check { ok, .. } => Some(ok),
            _ => None,
        }
    }
}

/// News takes a moment to arrive: what goes on for no longer than this, in µs, after its owner left just had not heard.
const NEWS: u64 = 5_000;

impl Span {
    pub fn begun(seq: u64, name: &str, point: Option<u32>, track: usize, from: u64) -> Self {
        let name = name.to_owned();
        let (limits, end) = (vec![], SpanEnd::Open);
        Self {
            seq,
            name,
            point,
            track,
            from,
            end,
            ended_by: None,
            limits,
            outcome: None,
            held: None,
            orphaned: None,
        }
    }

    /// What became of a limit. On a busy machine a timer is late, by no more than it is long: what ended with an error or a
    /// drop until then was ended by it. An answer that came clearly after it shows that it was not.
    pub fn fate(&self, limit: &Limit, now: u64) -> Fate {
        let long = limit.until - limit.from;
        let by_error =
            self.dropped() || self.outcome.as_ref().is_some_and(|o| o.starts_with("Err"));
        let late = limit.until + NEWS.max(if by_error { long } else { long / 10 });
        // And the timer may have begun a moment before what it limits.
        let due = limit.until - if by_error { NEWS.min(long / 10) } else { 0 };
        match self.end {
            SpanEnd::Open if now > late => Fate::Passed,
            SpanEnd::Open => Fate::Ahead,
            SpanEnd::Done(at) | SpanEnd::Dropped { at, .. } if at > late => Fate::Passed,
            SpanEnd::Done(at) | SpanEnd::Dropped { at, .. } if at >= due => Fate::Fired,
            SpanEnd::Done(_) | SpanEnd::Dropped { .. } => Fate::Spared,
        }
    }

    /// For how long it went on for nobody, in µs; none where it ended as soon as the news could have come.
    pub fn for_nobody(&self, now: u64) -> Option<u64> {
        let time = self.to(now).saturating_sub(self.orphaned?);
        (time > NEWS).then_some(time)
    }

    /// What came of it for who waited, and after how long: `Ok after 35 ms`.
    pub fn got(&self, now: u64) -> Option<String> {
        let outcome = self.outcome.as_ref()?;
        Some(format!("{outcome} after {}", time(self.to(now) - self.from)))
    }

    /// What it had in hand when it was dropped, as words behind others.
    pub fn had(&self) -> Option<String> {
        Some(format!(", {}", self.held.as_ref()?))
    }

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
