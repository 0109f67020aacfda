//! Both as runs: on the server, or each in the page.

use super::{Compare, Side};
use crate::browser::dom::{enable, part};
use crate::run::live::{Live, Step};
use crate::run::words;
use labkit_wire::Clock;
use std::rc::Rc;

impl Compare {
    /// Both at once: they share a clock.
    pub(super) fn run(&'static self, side: &'static Side) {
        let knobs = self.page.turned(&self.lab.slug);
        let step = Box::new(move |step| self.step(side, step));
        if self.page.site.program(&self.lab.slug).is_some() {
            return self.follow(
                side,
                Live::here(self.page.site, &self.lab.slug, side.variant.get(), &knobs, step),
            );
        }
        let begun = move |begun: Result<Rc<Live>, String>| match begun {
            Ok(live) => self.follow(side, live),
            Err(why) => self.failed(&why),
        };
        Live::start(&self.lab.slug, side.variant.get(), &knobs, step, Box::new(begun));
    }

    fn follow(&self, side: &'static Side, live: Rc<Live>) {
        side.picture.show(&live.tape);
        *side.live.borrow_mut() = Some(live);
        enable(&part(&self.root, ".sr-stop"), true);
        self.progress("Running…");
    }

    fn step(&'static self, side: &'static Side, step: Step) {
        let begins = match &step {
            Step::Waiting(..) | Step::Broken | Step::Mended => false,
            // What was kept of it, which is nothing yet.
            Step::Text(text, _) => !text.is_empty(),
            _ => true,
        };
        if begins {
            self.end_meanwhile();
        }
        match step {
            Step::Text(text, until) => self.text(side, &text, until),
            Step::Waiting(place, about) => {
                self.meanwhile();
                self.progress(&words::queued(place, about));
            }
            Step::Running | Step::Mended => self.progress("Running…"),
            Step::Broken => self.progress("The connection broke; connecting again…"),
            // A check has no sides.
            Step::Point(..) | Step::Found(_) => {}
            Step::Note(text) => side.screen.note(&text),
            // Its recording has taken its place.
            Step::Ended(..) | Step::Lost(_) if side.live.borrow().is_none() => {}
            Step::Lost(why) if !self.page.site.live() => self.instead(&why),
            Step::Ended(line, _) | Step::Lost(line) => {
                *side.said.borrow_mut() = line;
                self.finish();
            }
        }
    }

    fn text(&self, side: &'static Side, text: &[u8], until: u64) {
        let live = side.live.borrow().clone();
        let Some(live) = live else { return };
        side.picture.show(&live.tape);
        // A paused clock has no pace to follow: such a run is shown when it can be paced.
        match self.lab.clock {
            Clock::Paused => live.taken(until),
            Clock::Real => side.screen.write(text, Box::new(move || live.taken(until))),
        }
    }
}
