use labkit::Lane;
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_sdk::trace::SpanData;
use std::{
    collections::{BTreeSet, HashSet},
    time::{Duration, SystemTime},
};

/// The spans of a run, in the order in which they began.
#[derive(Debug, Clone)]
pub struct Seen(Vec<Line>);

#[derive(Debug, Clone)]
struct Line {
    trace: TraceId,
    id: SpanId,
    parent: SpanId,
    service: &'static str,
    name: String,
    from: SystemTime,
    to: SystemTime,
}

impl Seen {
    pub(crate) fn new(spans: &[(&'static str, SpanData)]) -> Self {
        let mut lines: Vec<_> = spans.iter().map(|(service, span)| line(service, span)).collect();
        lines.sort_by_key(|line| line.from);
        Self(lines)
    }

    /// How many traces they belong to: one, where the context was passed on everywhere.
    pub fn traces(&self) -> usize {
        self.0.iter().map(|line| line.trace).collect::<HashSet<_>>().len()
    }

    /// Which services have a span among them.
    pub fn services(&self) -> BTreeSet<&'static str> {
        self.0.iter().map(|line| line.service).collect()
    }

    /// How many spans end later than the first of them does, by more than `slack`: what went on for nobody.
    pub fn outlive_the_root(&self, slack: Duration) -> usize {
        let Some(root) = self.0.first() else { return 0 };
        self.0.iter().filter(|line| line.to > root.to + slack).count()
    }

    /// Tells the tree, a line a span: when it began and ended, counted from the beginning of the trace.
    pub fn tell(&self, lane: &Lane) {
        if let Some(root) = self.0.first() {
            self.tell_below(lane, root.parent, 0, root.from);
        }
    }

    fn tell_below(&self, lane: &Lane, parent: SpanId, depth: usize, zero: SystemTime) {
        for line in self.0.iter().filter(|line| line.parent == parent) {
            let at = |t: SystemTime| t.duration_since(zero).unwrap_or_default().as_millis();
            let (from, to, pad) = (at(line.from), at(line.to), "  ".repeat(depth));
            lane.say(format!("{pad}{} · {}: {from} to {to} ms", line.service, line.name));
            self.tell_below(lane, line.id, depth + 1, zero);
        }
    }
}

fn line(service: &'static str, span: &SpanData) -> Line {
    Line {
        trace: span.span_context.trace_id(),
        id: span.span_context.span_id(),
        parent: span.parent_span_id,
        service,
        name: span.name.to_string(),
        from: span.start_time,
        to: span.end_time,
    }
}
