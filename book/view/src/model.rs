use crate::parts::{Entry, Gauge, Lane, Limit, Span, SpanEnd};
use labkit_wire::{Event, Kind, Values, Verdict};

/// The lane that labkit tells its checks on.
const CHECKS: &str = "check";

/// A run as it unfolds: push its events in order, ask or draw at any moment.
#[derive(Debug, Clone, Default)]
pub struct Timeline {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) log: Vec<Entry>,
    pub(crate) marks: u32,
    /// Where each span is: its number, lane, place in the lane; by number, and most come in order.
    places: Vec<(u32, usize, usize)>,
    /// Cause and effect, each by its place in the log.
    pub(crate) links: Vec<(usize, usize)>,
    /// The names of lanes, as the lab wants them.
    order: Vec<String>,
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
        let Some(name) = self.place(&event) else { return };
        self.log.push(Entry { event, number: self.marks, name });
    }

    /// Puts an event where it belongs; gives the name of what it is about, and nothing where it is no line of the log.
    fn place(&mut self, event: &Event) -> Option<String> {
        match &event.kind {
            Kind::Run { .. } => return self.begun(event.kind.clone()),
            Kind::Lanes { names } => {
                self.order.clone_from(names);
                return None;
            }
            Kind::Link { from, to } => return self.link(*from, *to),
            Kind::Begin { span, name, point } => self.begin(event, *span, name, *point),
            Kind::End { span } => return self.close(*span, event.seq, SpanEnd::Done(self.end)),
            Kind::Dropped { span, polls } => {
                let end = SpanEnd::Dropped { at: self.end, polls: *polls };
                return self.close(*span, event.seq, end);
            }
            Kind::Limit { .. }
            | Kind::Outcome { .. }
            | Kind::Held { .. }
            | Kind::Orphaned { .. } => return self.of_span(event),
            Kind::Mark { .. } => {
                self.marks += 1;
                self.moment(event);
            }
            Kind::Check { .. } => self.moment(event),
            Kind::Gauge { name, value, unit } => self.gauge(event, name, *value, unit),
            Kind::Verdict { .. } => {}
        }
        Some(String::new())
    }

    fn begun(&mut self, kind: Kind) -> Option<String> {
        if let Kind::Run { lab, variant, knobs } = kind {
            self.run = Some(Run { lab, variant, knobs });
        }
        None
    }

    /// Joins cause and effect; gives the cause in words.
    fn link(&mut self, from: u64, to: u64) -> Option<String> {
        let (cause, effect) = (self.entry(from)?, self.entry(to)?);
        self.links.push((cause, effect));
        Some(self.log[cause].subject())
    }

    /// Where in the log an event is, by its number.
    fn entry(&self, seq: u64) -> Option<usize> {
        self.log.binary_search_by_key(&seq, |entry| entry.event.seq).ok()
    }

    /// The lanes in the order of the story; what is checked at its end stands at its end, whenever it was told first.
    pub(crate) fn ordered(&self) -> Vec<&Lane> {
        let mut all: Vec<&Lane> = vec![];
        for name in &self.order {
            all.extend(self.lanes.iter().find(|lane| lane.name == *name));
        }
        all.extend(self.lanes.iter().filter(|lane| !self.order.contains(&lane.name)));
        if let Some(checks) = all.iter().position(|lane| lane.name == CHECKS) {
            let checks = all.remove(checks);
            all.push(checks);
        }
        all
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
        let span = (id, i, lane.spans.len());
        lane.spans.push(Span::begun(e.seq, name, point, track, e.at));
        match self.span(id) {
            Ok(i) => self.places[i] = span,
            Err(i) => self.places.insert(i, span),
        }
    }

    fn span(&self, id: u32) -> Result<usize, usize> {
        self.places.binary_search_by_key(&id, |(id, ..)| *id)
    }

    fn close(&mut self, id: u32, seq: u64, end: SpanEnd) -> Option<String> {
        let (_, lane, span) = self.places[self.span(id).ok()?];
        let lane = &mut self.lanes[lane];
        let span = &mut lane.spans[span];
        if !span.open() {
            return None;
        }
        (span.end, span.ended_by) = (end, Some(seq));
        lane.busy[span.track] = false;
        Some(span.name.clone())
    }

    /// What is told of a span that began before; gives its name.
    fn of_span(&mut self, e: &Event) -> Option<String> {
        let (Kind::Limit { span: id, .. }
        | Kind::Outcome { span: id, .. }
        | Kind::Held { span: id, .. }
        | Kind::Orphaned { span: id }) = e.kind
        else {
            return None;
        };
        let (_, lane, span) = self.places[self.span(id).ok()?];
        let span = &mut self.lanes[lane].spans[span];
        match &e.kind {
            Kind::Limit { name, after, .. } => {
                let (name, until) = (name.clone(), e.at + after);
                span.limits.push(Limit { seq: e.seq, name, from: e.at, until });
            }
            Kind::Outcome { text, .. } => span.outcome = Some(text.clone()),
            Kind::Held { text, .. } => span.held = Some(text.clone()),
            _ if span.open() && span.orphaned.is_none() => span.orphaned = Some(e.at),
            _ => return None,
        }
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
