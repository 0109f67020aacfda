use crate::parts::{Entry, EntryKind, Gauge, Lane, Moment, Span, SpanEnd, What};
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
