use labkit_wire::{Event, Kind, Values, Verdict};
use std::collections::BTreeMap;

/// A run as it unfolds: push its events in order, ask or draw at any moment.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) log: Vec<Entry>,
    pub(crate) marks: u32,
    /// Where each unfinished span is: lane, place in the lane.
    open: BTreeMap<u32, (usize, usize)>,
    run: Option<Run>,
    verdict: Option<(Verdict, String)>,
    end: u64,
}

/// What was run.
#[derive(Debug, Clone, PartialEq)]
pub struct Run {
    pub lab: String,
    pub variant: String,
    pub knobs: Values,
}

#[derive(Debug, Clone)]
pub(crate) struct Lane {
    pub name: String,
    pub spans: Vec<Span>,
    pub moments: Vec<Moment>,
    pub gauges: Vec<Gauge>,
    /// Which of its tracks have an unfinished span: overlapping spans lie side by side.
    busy: Vec<bool>,
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

impl Timeline {
    /// Takes the next event of the run. One that makes no sense (a span that ends but never began, as after a gap
    /// in the output) is left out.
    pub fn push(&mut self, event: &Event) {
        self.end = self.end.max(event.at);
        let at = self.end;
        let kind = match &event.kind {
            Kind::Run { lab, variant, knobs } => {
                self.run =
                    Some(Run { lab: lab.clone(), variant: variant.clone(), knobs: knobs.clone() });
                return;
            }
            Kind::Begin { span, name, point } => self.begin(event, at, *span, name, *point),
            Kind::End { span } => match self.close(*span, SpanEnd::Done(at)) {
                Some(name) => EntryKind::End { name },
                None => return,
            },
            Kind::Dropped { span, polls } => {
                match self.close(*span, SpanEnd::Dropped { at, polls: *polls }) {
                    Some(name) => EntryKind::Dropped { name, polls: *polls },
                    None => return,
                }
            }
            Kind::Mark { text } => {
                self.marks += 1;
                self.moment(event, at, What::Mark { number: self.marks, text: text.clone() })
            }
            Kind::Check { what, want, got, ok } => {
                let (what, want, got) = (what.clone(), want.clone(), got.clone());
                self.moment(event, at, What::Check { what, want, got, ok: *ok })
            }
            Kind::Gauge { name, value, unit } => self.gauge(event, at, name, *value, unit),
            Kind::Verdict { verdict, why } => {
                self.verdict = Some((*verdict, why.clone()));
                EntryKind::Verdict { verdict: *verdict, why: why.clone() }
            }
        };
        self.log.push(Entry { at, lane: event.lane.clone(), kind });
    }

    /// Lab time of the last event, in microseconds.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// What the run showed, once it is over.
    pub fn verdict(&self) -> Option<Verdict> {
        self.verdict.as_ref().map(|(v, _)| *v)
    }

    /// Why the verdict is what it is, in the lab's words.
    pub fn why(&self) -> Option<&str> {
        self.verdict.as_ref().map(|(_, why)| why.as_str())
    }

    /// What was run: known from the first event on.
    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The moments at which something happened, each once, in order: where a step to the next event goes.
    pub fn moments(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.log.iter().map(|e| e.at).collect();
        all.dedup();
        all
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    fn begin(&mut self, e: &Event, at: u64, id: u32, name: &str, point: Option<u32>) -> EntryKind {
        let i = self.lane(&e.lane);
        let lane = &mut self.lanes[i];
        let track = lane.busy.iter().position(|busy| !busy).unwrap_or(lane.busy.len());
        match lane.busy.get_mut(track) {
            Some(busy) => *busy = true,
            None => lane.busy.push(true),
        }
        let name = name.to_owned();
        self.open.insert(id, (i, lane.spans.len()));
        lane.spans.push(Span {
            seq: e.seq,
            name: name.clone(),
            point,
            track,
            from: at,
            end: SpanEnd::Open,
        });
        EntryKind::Begin { name, point }
    }

    fn close(&mut self, id: u32, end: SpanEnd) -> Option<String> {
        let (lane, span) = self.open.remove(&id)?;
        let lane = &mut self.lanes[lane];
        let span = &mut lane.spans[span];
        span.end = end;
        lane.busy[span.track] = false;
        Some(span.name.clone())
    }

    fn moment(&mut self, e: &Event, at: u64, what: What) -> EntryKind {
        let i = self.lane(&e.lane);
        self.lanes[i].moments.push(Moment { seq: e.seq, at, what: what.clone() });
        EntryKind::Moment(what)
    }

    fn gauge(&mut self, e: &Event, at: u64, name: &str, value: i64, unit: &str) -> EntryKind {
        let i = self.lane(&e.lane);
        let gauges = &mut self.lanes[i].gauges;
        match gauges.iter_mut().find(|g| g.name == name) {
            Some(gauge) => gauge.steps.push((at, value)),
            None => gauges.push(Gauge {
                seq: e.seq,
                name: name.to_owned(),
                unit: unit.to_owned(),
                steps: vec![(at, value)],
            }),
        }
        EntryKind::Gauge { name: name.to_owned(), value, unit: unit.to_owned() }
    }

    fn lane(&mut self, name: &str) -> usize {
        self.lanes.iter().position(|l| l.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane::new(name));
            self.lanes.len() - 1
        })
    }
}

impl Lane {
    fn new(name: &str) -> Self {
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
