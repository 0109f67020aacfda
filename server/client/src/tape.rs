//! What a run said so far: its text by lab time, and its timeline. Bounded, however much a lab prints.

use crate::escape::Filter;
use labkit_wire::{Event, Item, Kind, Parser, Values, Verdict};
use std::collections::VecDeque;
use still_running_view::Timeline;

/// How much text is kept; the oldest goes first.
const TEXT_MAX: usize = 1 << 20;
/// How many events are drawn.
const EVENTS_MAX: usize = 50_000;

/// Text that belongs to one moment of lab time.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    /// Lab time in microseconds.
    pub at: u64,
    pub text: Vec<u8>,
}

#[derive(Default)]
pub struct Tape {
    parser: Parser,
    filter: Filter,
    pub pieces: VecDeque<Piece>,
    pub timeline: Timeline,
    /// Lab times at which something happened, in order.
    pub moments: Vec<u64>,
    pub knobs: Option<Values>,
    pub checks: Checks,
    pub verdict: Option<(Verdict, String)>,
    /// Lab time of the last event.
    pub now: u64,
    kept: usize,
    /// Bytes of text no longer kept.
    pub cut: usize,
    events: Vec<Event>,
}

/// How many checks were made, and failed.
#[derive(Debug, Default, Clone, Copy, PartialEq)]
pub struct Checks {
    pub made: u32,
    pub failed: u32,
}

impl Tape {
    /// Takes the next bytes of a run; gives the text in them, fit to be shown.
    pub fn push(&mut self, bytes: &[u8]) -> Vec<u8> {
        let items = self.parser.push(bytes);
        self.take(items)
    }

    /// The run is over: gives what was held back because more might have followed.
    pub fn finish(&mut self) -> Vec<u8> {
        let items = self.parser.finish();
        self.take(items)
    }

    fn take(&mut self, items: Vec<Item>) -> Vec<u8> {
        let mut shown = vec![];
        for item in items {
            match item {
                Item::Event(event) => self.event(event),
                Item::Text(text) => {
                    let text = self.filter.push(&text);
                    shown.extend_from_slice(&text);
                    self.text(text);
                }
            }
        }
        shown
    }

    fn event(&mut self, event: Event) {
        self.now = self.now.max(event.at);
        match &event.kind {
            Kind::Run { knobs, .. } => self.knobs = Some(knobs.clone()),
            Kind::Check { ok, .. } => {
                self.checks.made += 1;
                self.checks.failed += u32::from(!ok);
            }
            Kind::Verdict { verdict, why } => self.verdict = Some((*verdict, why.clone())),
            _ => {}
        }
        if self.events.len() < EVENTS_MAX || matches!(event.kind, Kind::Verdict { .. }) {
            if self.moments.last() != Some(&self.now) {
                self.moments.push(self.now);
            }
            self.timeline.push(&event);
            self.events.push(event);
        }
    }

    fn text(&mut self, text: Vec<u8>) {
        if text.is_empty() {
            return;
        }
        self.kept += text.len();
        match self.pieces.back_mut() {
            // One piece per moment, but none so large that dropping it would lose much.
            Some(last) if last.at == self.now && last.text.len() < TEXT_MAX / 64 => {
                last.text.extend(text);
            }
            _ => self.pieces.push_back(Piece { at: self.now, text }),
        }
        while self.kept > TEXT_MAX && self.pieces.len() > 1 {
            let gone = self.pieces.pop_front().map_or(0, |p| p.text.len());
            self.kept -= gone;
            self.cut += gone;
        }
    }

    /// All text that is kept.
    pub fn whole(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|p| &p.text).copied().collect()
    }

    /// The timeline as it stood at that moment.
    pub fn until(&self, at: u64) -> Timeline {
        let mut timeline = Timeline::default();
        self.events.iter().take_while(|e| e.at <= at).for_each(|e| timeline.push(e));
        timeline
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use labkit_wire::encode;

    fn mark(seq: u64, at: u64) -> Vec<u8> {
        let kind = Kind::Mark { text: "m".into() };
        encode(&Event { seq, at, lane: "a".into(), kind }).unwrap()
    }

    #[test]
    fn text_has_the_time_of_the_event_before_it() {
        let mut tape = Tape::default();
        let bytes = [&b"zero\n"[..], &mark(0, 7), b"seven\n", &mark(1, 9), b"nine\n"].concat();
        for b in bytes.chunks(3) {
            tape.push(b);
        }
        let got: Vec<_> = tape.pieces.iter().map(|p| (p.at, p.text.as_slice())).collect();
        assert_eq!(got, [(0, &b"zero\n"[..]), (7, b"seven\n"), (9, b"nine\n")]);
        assert_eq!(tape.moments, [7, 9]);
    }

    #[test]
    fn a_flood_is_kept_to_its_last_megabyte() {
        let mut tape = Tape::default();
        for i in 0..400 {
            let line = format!("{i:07}\n").repeat(1000);
            assert_eq!(tape.push(line.as_bytes()).len(), 8000, "all of it is shown");
        }
        let whole = tape.whole();
        assert!(whole.len() <= TEXT_MAX && whole.len() > TEXT_MAX / 2);
        assert!(whole.ends_with(b"0000399\n"));
        assert_eq!(tape.cut + whole.len(), 400 * 8000);
    }

    #[test]
    fn checks_are_counted_and_the_verdict_kept() {
        let mut tape = Tape::default();
        for (seq, ok) in [true, false].into_iter().enumerate() {
            let kind =
                Kind::Check { what: "w".into(), want: "1".into(), got: "2".into(), ok };
            let event = Event { seq: seq as u64, at: 5, lane: "a".into(), kind };
            tape.push(&encode(&event).unwrap());
        }
        assert_eq!(tape.checks, Checks { made: 2, failed: 1 });
    }
}
