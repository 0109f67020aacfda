//! A run on the server: started, followed, stopped, and found again after a reload.

use super::Run;
use crate::dom::{enable, location, say};
use crate::kept::Kept;
use crate::live::{Live, Step};
use crate::page::Page;
use crate::words;
use labkit_wire::Verdict;
use std::rc::Rc;

impl Run {
    pub(super) fn run(&'static self, variant: &str) {
        Kept::forget(&self.key());
        let turn = self.begin(variant, "Starting…");
        let step = Box::new(move |step| self.step(turn, step));
        let begun = |begun: Result<Rc<Live>, String>| match begun {
            Ok(live) => self.attach(live),
            Err(why) => self.over(&why, "is-fault"),
        };
        Live::start(&self.lab, variant, &self.knobs(), step, Box::new(begun));
    }

    /// A run that went on while the page was reloaded.
    pub(super) fn resume(&'static self) {
        let Some(kept) = Kept::load(&self.key()) else { return };
        let turn = self.begin(&kept.variant, "Connecting…");
        let live = Live::follow(kept, Box::new(move |step| self.step(turn, step)));
        self.attach(live);
    }

    fn attach(&self, live: Rc<Live>) {
        self.of(&live.tape);
        // It may have ended while we asked for it.
        let running = live.running();
        enable(&self.part(".sr-stop"), running);
        // At once, for a page may be gone without a word.
        live.save(&self.key());
        *self.live.borrow_mut() = Some(live);
        self.tell(!running);
        if !running {
            self.replayable();
        }
    }

    pub(super) fn halt(&self) {
        if let Some(live) = &*self.live.borrow() {
            enable(&self.part(".sr-stop"), false);
            say(&self.part(".sr-progress"), "Stopping…");
            live.stop();
        }
    }

    fn step(&'static self, turn: u32, step: Step) {
        if turn != self.turn.get() {
            return;
        }
        let progress = match step {
            Step::Text(text, until) => return self.text(&text, until),
            Step::Note(text) => return self.screen.note(&text),
            Step::Ended(line, verdict) => return self.ended(&line, verdict),
            Step::Lost(why) => {
                Kept::forget(&self.key());
                enable(&self.part(".sr-stop"), false);
                return self.over(&why, "is-fault");
            }
            Step::Waiting(place) => words::queued(place),
            Step::Running | Step::Mended => "Running…".into(),
            Step::Broken => "The connection broke; connecting again…".into(),
        };
        say(&self.part(".sr-progress"), &progress);
    }

    fn text(&'static self, text: &[u8], until: u64) {
        let taken = move || {
            if let Some(live) = &*self.live.borrow() {
                live.taken(until);
            }
        };
        self.screen.write(text, Box::new(taken));
        self.tell(false);
    }

    fn ended(&'static self, line: &str, verdict: Option<Verdict>) {
        enable(&self.part(".sr-stop"), false);
        self.over(line, words::class(verdict));
        if verdict.is_none() {
            self.screen.note(&format!("[{line}]"));
        }
        self.tell(true);
        self.replayable();
    }

    /// A run that was shown as it went can be gone through again.
    fn replayable(&self) {
        let tape = self.tape.borrow().clone();
        if let Some(tape) = tape {
            let end = tape.borrow().now;
            self.player.load(vec![self.track(&tape).shown()], end);
        }
    }

    pub(super) fn key(&self) -> String {
        let path = location("pathname");
        format!("still-running {path}#{}", self.root.id())
    }
}

/// Why a widget cannot run anything.
pub(super) fn refusal(page: &Page, lab: &str, variant: &str) -> Option<String> {
    let Some(labs) = &page.labs else { return page.trouble.clone() };
    let Some(known) = page.lab(lab) else {
        return Some(format!("This server has no lab {lab}. Build it: cargo xtask serve"));
    };
    if variant == "mine" {
        let why = "Your own variant runs on your own machine: cargo xtask serve";
        return (!labs.mine).then(|| why.into());
    }
    let has = known.variants.iter().any(|v| v == variant);
    (!has).then(|| format!("The lab {lab} has no variant {variant}."))
}
