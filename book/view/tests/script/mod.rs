//! Runs made by hand.

use labkit_wire::{Event, Kind, Verdict};
use still_running_view::Timeline;

/// A script of a run: each line an event, numbered as it comes.
#[derive(Default)]
pub struct Script(pub Timeline, u64);

impl Script {
    pub fn at(mut self, ms: u64, lane: &str, kind: Kind) -> Self {
        self.0.push(&Event { seq: self.1, at: ms * 1000, lane: lane.into(), kind });
        self.1 += 1;
        self
    }
}

pub fn begin(span: u32, name: &str) -> Kind {
    Kind::Begin { span, name: name.into(), point: Some(1) }
}

pub fn mark(text: &str) -> Kind {
    Kind::Mark { text: text.into() }
}

pub fn check(what: &str, want: &str, got: &str) -> Kind {
    Kind::Check { what: what.into(), want: want.into(), got: got.into(), ok: want == got }
}

pub fn verdict(verdict: Verdict) -> Kind {
    Kind::Verdict { verdict, why: "".into() }
}

/// The run that most tests look at.
pub fn lost_line() -> Timeline {
    Script::default()
        .at(0, "reader", begin(1, "next()"))
        .at(35, "ticker", mark("wins"))
        .at(35, "reader", Kind::Dropped { span: 1, polls: 4 })
        .at(35, "reader", begin(2, "next()"))
        .at(70, "reader", Kind::Dropped { span: 2, polls: 4 })
        .at(70, "reader", begin(3, "next()"))
        .at(90, "reader", Kind::End { span: 3 })
        .at(90, "server", begin(4, "query"))
        .at(140, "lab", check("every byte sent is received", "left", "ft"))
        .at(140, "lab", verdict(Verdict::Violated))
        .0
}
