//! What a run said so far: its text by lab time, and its timeline. Bounded, however much a lab prints.

use crate::run::escape::Filter;
use labkit_wire::{Event, Item, Kind, Parser, Verdict};
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
    pub checks: Checks,
    pub verdict: Option<(Verdict, String)>,
    /// Lab time of the last event.
    pub now: u64,
    kept: usize,
    /// Bytes of text no longer kept, and the pieces they were in.
    pub cut: usize,
    gone: usize,
    events: usize,
    /// When it was recorded, in seconds since 1970; none for a live run.
    pub recorded: Option<u64>,
}

/// A place in a run's text: a piece, counted from the run's first, and how many of its bytes.
pub type Place = (usize, usize);

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
            Kind::Check { ok, .. } => {
                self.checks.made += 1;
                self.checks.failed += u32::from(!ok);
            }
            Kind::Verdict { verdict, why } => self.verdict = Some((*verdict, why.clone())),
            _ => {}
        }
        self.events += 1;
        if self.events <= EVENTS_MAX || matches!(event.kind, Kind::Verdict { .. }) {
            if self.moments.last() != Some(&self.now) {
                self.moments.push(self.now);
            }
            self.timeline.push(&event);
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
            self.gone += 1;
        }
    }

    /// All text that is kept.
    pub fn whole(&self) -> Vec<u8> {
        self.pieces.iter().flat_map(|p| &p.text).copied().collect()
    }

    /// Behind the last piece whose time has come.
    pub fn place_after(&self, at: u64) -> Place {
        match self.pieces.partition_point(|p| p.at <= at) {
            0 => (self.gone, 0),
            n => (self.gone + n - 1, self.pieces[n - 1].text.len()),
        }
    }

    /// The text between two places.
    pub fn text_between(&self, from: Place, to: Place) -> Vec<u8> {
        let mut text = vec![];
        for (i, piece) in self.pieces.iter().enumerate() {
            let number = i + self.gone;
            let start = if number == from.0 { from.1 } else { 0 };
            let end = if number == to.0 { to.1 } else { piece.text.len() };
            if number >= from.0 && number <= to.0 {
                text.extend_from_slice(piece.text.get(start..end).unwrap_or_default());
            }
        }
        text
    }

    /// The next moment at which something happened.
    pub fn moment_after(&self, at: u64) -> Option<u64> {
        self.moments.get(self.moments.partition_point(|m| *m <= at)).copied()
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
    fn a_replay_in_any_steps_shows_all_of_the_text_once() {
        let mut tape = Tape::default();
        let mut whole = vec![];
        for i in 0..20 {
            let line = format!("line {i}\n");
            tape.push(&mark(i, 5 + i * 10));
            tape.push(line.as_bytes());
            whole.extend(line.bytes());
        }
        for step in [1, 7, 10, 33, 1000] {
            let (mut place, mut shown) = ((0, 0), vec![]);
            for at in (0..=200).step_by(step).chain([201]) {
                let next = tape.place_after(at);
                shown.extend(tape.text_between(place, next));
                place = next;
            }
            assert_eq!(shown, whole, "in steps of {step}");
        }
        assert_eq!(tape.moment_after(5), Some(15));
        assert_eq!(tape.moment_after(195), None);
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
            let kind = Kind::Check { what: "w".into(), want: "1".into(), got: "2".into(), ok };
            let event = Event { seq: seq as u64, at: 5, lane: "a".into(), kind };
            tape.push(&encode(&event).unwrap());
        }
        assert_eq!(tape.checks, Checks { made: 2, failed: 1 });
    }
}
