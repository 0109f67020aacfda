//! A run where no server is: the recording of a real one, replayed when it is asked for.

use super::{Run, note};
use crate::browser::dom::{enable, html, say};
use crate::browser::json::Lab;
use crate::run::Knobs;
use crate::run::recording;
use crate::run::tape::Tape;
use crate::run::words;
use std::cell::RefCell;
use std::rc::Rc;

impl Run {
    /// Says which recording is played next, or that there is none.
    pub(super) fn name_recording(&self, lab: &Lab, knobs: &Knobs) {
        let file = recording::file(lab, &self.variant, knobs);
        enable(&self.part(".sr-go"), file.is_some());
        let said = match file {
            Some(_) => words::knobs(lab, knobs),
            None => words::unrecorded(lab, &self.variant, knobs),
        };
        say(&self.part(".sr-set"), &said);
    }

    /// The program did not run to its end: says why, and plays the recording of it.
    pub(super) fn instead(&'static self, why: &str) {
        enable(&self.part(".sr-stop"), false);
        self.replay();
        html(&self.part(".sr-found"), &note(&format!("{why} In its place: the recording.")));
    }

    pub(super) fn replay(&'static self) {
        let Some(lab) = self.page.lab(&self.lab) else { return };
        let (turn, knobs) = (self.begin(&self.variant, "Loading…"), self.knobs());
        let take = move |loaded: recording::Loaded| {
            if turn == self.turn.get() {
                match loaded {
                    Ok(tape) => self.play(tape),
                    Err(why) => self.over(&why, "is-fault"),
                }
            }
        };
        recording::load(self.page.site, lab, &self.variant, &knobs, Box::new(take));
    }

    /// The run waits for its turn: meanwhile its recording, which judges nothing.
    pub(super) fn meanwhile(&'static self) {
        let Some(lab) = self.page.lab(&self.lab).filter(|lab| recording::is_known(lab)) else {
            return;
        };
        if self.waits.replace(true) {
            return;
        }
        let (turn, variant) = (self.turn.get(), self.shown.borrow().clone());
        let take = move |loaded: recording::Loaded| {
            if let Ok(tape) = loaded
                && turn == self.turn.get()
                && self.waits.get()
            {
                let tape = Rc::new(RefCell::new(tape));
                self.draw(&tape);
                self.player.load(vec![self.track(&tape)], 0);
                say(&self.part(".sr-here"), words::MEANWHILE);
                self.player.play();
            }
        };
        recording::load(self.page.site, lab, &variant, &self.knobs(), Box::new(take));
    }

    /// The run starts, or never will.
    pub(super) fn end_meanwhile(&'static self) {
        if self.waits.replace(false) {
            self.player.unload();
            self.screen.clear();
            [".sr-here", ".sr-picture-name"].iter().for_each(|part| say(&self.part(part), ""));
            self.part(".sr-tl-frame").set_inner_html("");
        }
    }

    fn play(&'static self, tape: Tape) {
        let line = words::recorded(&self.lab, &self.variant, &tape);
        let class = words::class(tape.verdict.as_ref().map(|(v, _)| *v));
        let tape = Rc::new(RefCell::new(tape));
        self.show_tape(&tape);
        self.player.load(vec![self.track(&tape)], 0);
        self.tell(false);
        say(&self.part(".sr-progress"), "");
        self.let_begin(true);
        // Told once, at the end, however it is reached.
        self.player.on_end(Box::new(move || {
            self.over(&line, class);
            self.tell(true);
        }));
        self.player.play();
    }
}
