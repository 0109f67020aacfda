//! A run on the server, or of the lab's own program in the page: started, followed, stopped; on the server found again after a reload.

use super::Run;
use crate::browser::dom::{self, enable, html, location, say, wait};
use crate::browser::js;
use crate::run::kept::Kept;
use crate::run::live::{CHECK, Live, Step};
use crate::run::words;
use labkit_wire::Verdict;
use std::rc::Rc;
use still_running_protocol::Finding;
use still_running_view::text::escape;
use wasm_bindgen::{JsCast, JsValue};

/// While the server builds what the reader wrote.
const COMPILING: &str = "Compiling your file…";
/// Until something of the run comes.
const STARTING: &str = "Starting…";

impl Run {
    pub(super) fn run(&'static self, variant: &str) {
        Kept::forget(&self.key());
        let (turn, knobs) = (self.turn.get() + 1, self.knobs());
        let step = Box::new(move |step| self.step(turn, step));
        if self.page.site.program(&self.lab).is_some() {
            // It runs while the page is made ready for what it says.
            let live = Live::here(self.page.site, &self.lab, variant, &knobs, step);
            self.begin(variant, STARTING);
            return self.attach(live);
        }
        self.begin(variant, if variant == "mine" { COMPILING } else { STARTING });
        let begun = Box::new(move |begun| self.begun(begun));
        Live::start(&self.lab, variant, &knobs, step, begun);
    }

    /// The reader's own variant, at every point of the lab's grid.
    pub(super) fn check(&'static self) {
        Kept::forget(&self.key());
        let turn = self.begin(CHECK, COMPILING);
        let step = Box::new(move |step| self.step(turn, step));
        Live::check(&self.lab, step, Box::new(move |begun| self.begun(begun)));
    }

    /// The reader's own file, in the page; what the last run of it came to is there for the editor to see.
    pub(super) fn edit(&'static self) {
        let Some(editor) = &self.page.site.editor else { return };
        let open = move |module: Option<JsValue>| {
            if let Some(module) = module {
                module.unchecked_ref::<js::Editor>().edit(&self.root, &self.lab);
            }
        };
        wait(&js::import(&self.page.site.url(editor)), Box::new(open));
    }

    fn begun(&'static self, begun: Result<Rc<Live>, String>) {
        match begun {
            Ok(live) => self.attach(live),
            Err(why) => {
                // What was refused is said, not asked for again.
                self.again.set(false);
                self.over(&why, "is-fault");
            }
        }
    }

    /// A run that went on while the page was reloaded.
    pub(super) fn resume(&'static self) {
        let Some(kept) = Kept::load(&self.key()) else { return };
        // The page stays where its reader left it.
        self.again.set(true);
        let turn = self.begin(&kept.variant, STARTING);
        let live = Live::follow(kept, Box::new(move |step| self.step(turn, step)));
        self.attach(live);
    }

    fn attach(&'static self, live: Rc<Live>) {
        self.show_tape(&live.tape);
        // It may have ended while we asked for it.
        let running = live.running();
        enable(&self.part(".sr-stop"), running);
        // At once, for a page may be gone without a word.
        live.save(&self.key());
        *self.live.borrow_mut() = Some(live);
        self.tell(!running);
        self.tell_editor();
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
        if !matches!(step, Step::Waiting(..) | Step::Broken | Step::Mended) {
            self.end_meanwhile();
        }
        let progress = match step {
            Step::Text(text, until) => return self.text(&text, until),
            Step::Note(text) => return self.screen.note(&text),
            Step::Found(found) => return self.found(&found),
            Step::Ended(line, verdict) => return self.ended(&line, verdict),
            Step::Lost(why) if !self.page.site.live() => return self.instead(&why),
            Step::Lost(why) => {
                Kept::forget(&self.key());
                enable(&self.part(".sr-stop"), false);
                return self.over(&why, "is-fault");
            }
            Step::Waiting(place, about) => {
                self.meanwhile();
                words::queued(place, about)
            }
            Step::Running | Step::Mended => self.doing().into(),
            Step::Point(done, of) => format!("{done} of {of} points…"),
            Step::Broken => "The connection broke; connecting again…".into(),
        };
        say(&self.part(".sr-progress"), &progress);
    }

    /// The reader's own is compiled first; that the lab itself runs, its first event tells.
    fn doing(&self) -> &'static str {
        let shown = self.shown.borrow();
        let begun =
            self.tape.borrow().as_ref().is_some_and(|t| t.borrow().timeline.run().is_some());
        if *shown == CHECK || *shown == "mine" && !begun { COMPILING } else { "Running…" }
    }

    /// The reader moves a knob's slider: once it was run here, it is run again with each value that it comes to. While a run
    /// is asked for there is no [`Live`] yet, and a move made then counts like any other.
    pub(super) fn moved(&'static self) {
        if self.turn.get() == 0 || !self.page.site.runs(&self.lab) {
            return;
        }
        self.again.set(true);
        if self.may_begin.get() {
            self.run(&self.variant);
        }
    }

    fn text(&'static self, text: &[u8], until: u64) {
        let taken = move || {
            if let Some(live) = &*self.live.borrow() {
                live.taken(until);
            }
        };
        self.screen.write(text, Box::new(taken));
        self.tell(false);
        // Who came when it had begun is told of no beginning.
        let said = dom::text(&self.part(".sr-progress"));
        if said == COMPILING || said == STARTING && !text.is_empty() {
            say(&self.part(".sr-progress"), self.doing());
        }
    }

    /// What a check found: why, what it is like, and a link to the first point at which it fails.
    fn found(&self, found: &Finding) {
        let mut said = String::new();
        for sentence in found.why.iter().chain(&found.alike) {
            said += &format!("<p>{}</p>", escape(sentence));
        }
        if let Some(query) = &found.query {
            let (path, id) = (location("pathname"), self.root.id());
            said += &format!(
                "<p><a href=\"{path}?{}#{id}\">This page with these knobs set</a></p>",
                escape(query)
            );
        }
        html(&self.part(".sr-found"), &said);
    }

    fn ended(&'static self, line: &str, verdict: Option<Verdict>) {
        enable(&self.part(".sr-stop"), false);
        self.over(line, words::class(verdict));
        if verdict.is_none() {
            self.screen.note(&format!("[{line}]"));
        }
        if let Some((programs, _)) = self.page.site.program(&self.lab) {
            say(&self.part(".sr-here"), &words::here(programs));
        }
        self.tell(true);
        self.tell_editor();
        self.replayable();
        if self.again.get() {
            self.moved();
        }
    }

    fn tell_editor(&self) {
        if let Some(live) = &*self.live.borrow() {
            live.tell_end(&self.root);
        }
    }

    /// A run that was shown as it went can be gone through again.
    fn replayable(&'static self) {
        let tape = self.tape.borrow().clone();
        // A check has no time of its own, nor has a build that failed.
        if let Some(tape) = tape.filter(|tape| tape.borrow().now > 0) {
            let end = tape.borrow().now;
            self.player.load(vec![self.track(&tape).shown()], end);
        }
        self.keep_in_sight();
    }

    pub(super) fn key(&self) -> String {
        let path = location("pathname");
        format!("still-running {path}#{}", self.root.id())
    }
}
