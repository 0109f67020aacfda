use crate::parts::{Entry, Gauge, Lane, Span, SpanEnd};
use labkit_wire::{Event, Kind, Values, Verdict};

/// A run as it unfolds: push its events in order, ask or draw at any moment.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) log: Vec<Entry>,
    pub(crate) marks: u32,
    /// Where each unfinished span is: its number, lane, place in the lane; by number, and most come in order.
    open: Vec<(u32, usize, usize)>,
    run: Option<Run>,
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
        self.take(event.clone());
    }

    /// As [`Self::push`], for who has no other use for the event.
    pub fn take(&mut self, mut event: Event) {
        self.end = self.end.max(event.at);
        event.at = self.end;
        let mut ended = None;
        match &event.kind {
            Kind::Run { .. } => return self.begun(event.kind),
            Kind::Begin { span, name, point } => self.begin(&event, *span, name, *point),
            Kind::End { span } => ended = Some((*span, SpanEnd::Done(self.end))),
            Kind::Dropped { span, polls } => {
                ended = Some((*span, SpanEnd::Dropped { at: self.end, polls: *polls }));
            }
            Kind::Mark { .. } => {
                self.marks += 1;
                self.moment(&event);
            }
            Kind::Check { .. } => self.moment(&event),
            Kind::Gauge { name, value, unit } => self.gauge(&event, name, *value, unit),
            Kind::Verdict { .. } => {}
        }
        let name = match ended {
            Some((span, end)) => match self.close(span, end) {
                Some(name) => name,
                None => return,
            },
            None => String::new(),
        };
        self.log.push(Entry { event, number: self.marks, name });
    }

    fn begun(&mut self, kind: Kind) {
        if let Kind::Run { lab, variant, knobs } = kind {
            self.run = Some(Run { lab, variant, knobs });
        }
    }

    /// Lab time of the last event, in microseconds.
    pub fn end(&self) -> u64 {
        self.end
    }

    /// What the run showed, once it is over.
    pub fn verdict(&self) -> Option<Verdict> {
        self.closing_words().map(|(verdict, _)| verdict)
    }

    /// Why the verdict is what it is, in the lab's words.
    pub fn why(&self) -> Option<&str> {
        self.closing_words().map(|(_, why)| why)
    }

    fn closing_words(&self) -> Option<(Verdict, &str)> {
        self.log.iter().rev().find_map(|e| match &e.event.kind {
            Kind::Verdict { verdict, why } => Some((*verdict, why.as_str())),
            _ => None,
        })
    }

    /// What was run: known from the first event on.
    pub fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The moments at which something happened, each once, in order: where a step to the next event goes.
    pub fn moments(&self) -> Vec<u64> {
        let mut all: Vec<u64> = self.log.iter().map(|e| e.event.at).collect();
        all.dedup();
        all
    }

    /// Whether nothing has happened yet.
    pub fn is_empty(&self) -> bool {
        self.log.is_empty()
    }

    fn begin(&mut self, e: &Event, id: u32, name: &str, point: Option<u32>) {
        let i = self.lane(&e.lane);
        let lane = &mut self.lanes[i];
        let track = lane.busy.iter().position(|busy| !busy).unwrap_or(lane.busy.len());
        match lane.busy.get_mut(track) {
            Some(busy) => *busy = true,
            None => lane.busy.push(true),
        }
        let (from, name) = (e.at, name.to_owned());
        let span = (id, i, lane.spans.len());
        lane.spans.push(Span { seq: e.seq, name, point, track, from, end: SpanEnd::Open });
        match self.unfinished_span(id) {
            Ok(i) => self.open[i] = span,
            Err(i) => self.open.insert(i, span),
        }
    }

    fn unfinished_span(&self, id: u32) -> Result<usize, usize> {
        self.open.binary_search_by_key(&id, |(id, ..)| *id)
    }

    fn close(&mut self, id: u32, end: SpanEnd) -> Option<String> {
        let (_, lane, span) = self.open.remove(self.unfinished_span(id).ok()?);
        let lane = &mut self.lanes[lane];
        let span = &mut lane.spans[span];
        span.end = end;
        lane.busy[span.track] = false;
        Some(span.name.clone())
    }

    fn moment(&mut self, e: &Event) {
        let i = self.lane(&e.lane);
        self.lanes[i].moments.push(self.log.len());
    }

    fn gauge(&mut self, e: &Event, name: &str, value: i64, unit: &str) {
        let i = self.lane(&e.lane);
        let gauges = &mut self.lanes[i].gauges;
        match gauges.iter_mut().find(|g| g.name == name) {
            Some(gauge) => gauge.steps.push((e.at, value)),
            None => gauges.push(Gauge {
                seq: e.seq,
                name: name.to_owned(),
                unit: unit.to_owned(),
                steps: vec![(e.at, value)],
            }),
        }
    }

    fn lane(&mut self, name: &str) -> usize {
        self.lanes.iter().position(|l| l.name == name).unwrap_or_else(|| {
            self.lanes.push(Lane::new(name));
            self.lanes.len() - 1
        })
    }
}
