//! Both as recorded: where nothing runs them, where a program broke off, and while a run waits for its turn.

use super::{Compare, Side, Stage};
use crate::browser::dom::{part, say};
use crate::run::recording;
use crate::run::words;
use std::cell::RefCell;
use std::rc::Rc;

impl Compare {
    pub(super) fn load(&'static self, side: &'static Side) {
        let (knobs, waits) = (self.page.turned(&self.lab.slug), self.waits());
        let take = move |loaded: recording::Loaded| match loaded {
            // For one who waits no more.
            _ if waits != self.waits() => {}
            Ok(tape) => {
                *side.said.borrow_mut() =
                    words::recorded(&self.lab.slug, side.variant.get(), &tape);
                *side.tape.borrow_mut() = Some(Rc::new(RefCell::new(tape)));
                self.finish();
            }
            Err(why) if !waits => self.failed(&why),
            Err(_) => {}
        };
        recording::load(self.page.site, self.lab, side.variant.get(), &knobs, Box::new(take));
    }

    /// A program did not run to its end: both are shown as recorded, for they share a clock.
    pub(super) fn instead(&'static self, why: &str) {
        *self.instead.borrow_mut() = format!("{why} In its place: the recordings. ");
        self.stop();
        self.sides.iter().for_each(Side::clear);
        self.sides.iter().for_each(|side| self.load(side));
    }

    pub(super) fn waits(&self) -> bool {
        self.stage.get() == Stage::Waits
    }

    /// Neither has begun: meanwhile their recordings, which judge nothing.
    pub(super) fn meanwhile(&'static self) {
        if self.stage.get() == Stage::Asked && recording::is_known(self.lab) {
            self.stage.set(Stage::Waits);
            self.sides.iter().for_each(|side| self.load(side));
        }
    }

    /// One of them begins, or neither ever will.
    pub(super) fn end_meanwhile(&'static self) {
        if self.stage.replace(Stage::Begun) == Stage::Waits {
            self.player.unload();
            say(&part(&self.root, ".sr-here"), "");
            for side in self.sides {
                side.screen.clear();
                side.live.borrow().iter().for_each(|live| side.picture.show(&live.tape));
            }
        }
    }
}
