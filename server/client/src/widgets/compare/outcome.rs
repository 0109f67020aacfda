//! Both are over: they are shown on one clock, and what each came to is said.

use super::Compare;
use crate::browser::dom::{attr, part, say};
use crate::page::Signal;
use crate::page::player::Track;
use crate::run::Shared;
use crate::run::words;
use labkit_wire::Clock;
use labkit_wire::text::join;

impl Compare {
    /// When both are there: one clock for both, from the beginning where nothing was seen yet. What is recorded may be
    /// there for those who wait, and is no outcome.
    pub(super) fn finish(&'static self) {
        let waits = self.waits();
        let tapes: Vec<Shared> = self.sides.iter().filter_map(|s| s.finished(waits)).collect();
        if tapes.len() < self.sides.len() {
            return;
        }
        let end = tapes.iter().fold(0, |end, t| t.borrow().now.max(end));
        let seen = !waits && self.page.site.live() && self.lab.clock == Clock::Real;
        let mut tracks = vec![];
        for (side, tape) in self.sides.iter().zip(&tapes) {
            side.picture.show(tape);
            side.picture.at_least(end);
            let track = Track::new(tape, side.screen);
            tracks.push(if seen { track.shown() } else { track });
        }
        self.player.load(tracks, if seen { end } else { 0 });
        if waits {
            say(&part(&self.root, ".sr-here"), words::MEANWHILE);
        } else {
            self.over();
            if seen {
                return self.outcome(&tapes);
            }
            self.player.on_end(Box::new(move || self.outcome(&tapes)));
        }
        self.player.play();
    }

    /// A line for each, and one for both.
    fn outcome(&self, tapes: &[Shared]) {
        let said: Vec<String> = self.sides.iter().map(|s| s.said.borrow().clone()).collect();
        for ((side, line), tape) in self.sides.iter().zip(&said).zip(tapes) {
            side.say(line);
            let verdict = tape.borrow().verdict.as_ref().map(|(verdict, _)| *verdict);
            let class = format!("sr-side-line {}", words::class(verdict));
            attr(&part(&side.root, ".sr-side-line"), "class", &class);
        }
        let instead = self.instead.borrow();
        say(&part(&self.root, ".sr-status"), &format!("{instead}{}", join(&said, "; ")));
        if let Some((programs, _)) = self.page.site.program(&self.lab.slug)
            && instead.is_empty()
        {
            say(&part(&self.root, ".sr-here"), &words::here(programs));
        }
        for (side, tape) in self.sides.iter().zip(tapes) {
            let (lab, variant) = (&self.lab.slug, side.variant.get());
            self.page.tell(&Signal::Run { lab, variant, tape, ended: true });
        }
    }
}
