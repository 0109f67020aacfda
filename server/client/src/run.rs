//! A run widget on a live server: one lab, one variant, Run and Stop.

use crate::dom::{self, add, button, el, enable, get, on, say};
use crate::json;
use crate::kept::Kept;
use crate::live::{Live, Step};
use crate::page::{Knobs, Page, Signal};
use crate::stage::Stage;
use crate::words;
use labkit_wire::Verdict;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::NewRun;
use web_sys::HtmlElement;

pub struct Run {
    stage: Rc<Stage>,
    /// What the chapter asks for.
    preset: Knobs,
    run: HtmlElement,
    stop: HtmlElement,
    knobs: HtmlElement,
    progress: HtmlElement,
    live: RefCell<Option<Rc<Live>>>,
    /// Which press of Run this is; what an earlier one still brings is of no interest.
    turn: Cell<u32>,
}

impl Run {
    /// Builds the controls of a live run widget.
    pub fn build(page: &Rc<Page>, root: &HtmlElement) {
        let stage = Stage::new(page, root);
        if let Some(why) = refusal(page, &stage.lab, &stage.variant) {
            add(root, [&dom::el_with("p", "sr-note", &why)]);
            return;
        }
        let this = Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let call = |f: fn(&Rc<Self>)| {
                let weak = weak.clone();
                move || weak.upgrade().iter().for_each(f)
            };
            Self {
                run: button("sr-go", &format!("Run {}", stage.variant), call(Self::press)),
                stop: button("sr-stop", "Stop", call(Self::halt)),
                preset: json::fields(&get(root, "data-knobs").unwrap_or_default()),
                knobs: el("span", "sr-set"),
                progress: el("span", "sr-progress"),
                live: RefCell::default(),
                turn: Cell::default(),
                stage,
            }
        });
        this.lay_out();
        this.listen();
        this.resume();
    }

    fn lay_out(&self) {
        enable(&self.stop, false);
        let bar = el("div", "sr-bar");
        add(&bar, [&self.run, &self.stop, &self.knobs, &self.progress]);
        let missing = self.stage.page.lab(&self.stage.lab).and_then(|l| l.missing.clone());
        self.stage.lay_out(&bar, missing.as_deref());
        self.name_knobs();
    }

    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.stage.page.hear(move |signal| {
            if matches!(signal, Signal::Knobs { lab } if *lab == this.stage.lab) {
                this.name_knobs();
            }
        });
        let this = self.clone();
        on(&dom::window(), "pagehide", move |_| {
            if let Some(live) = &*this.live.borrow() {
                live.save(&this.key());
            }
        });
    }

    fn values(&self) -> Knobs {
        self.stage.page.knobs(&self.stage.lab, &self.preset)
    }

    fn name_knobs(&self) {
        let Some(info) = self.stage.page.lab(&self.stage.lab) else { return };
        say(&self.knobs, &words::knobs(&info.lab, &self.values()));
    }

    fn press(self: &Rc<Self>) {
        let turn = self.begin();
        let run = request(&self.stage.lab, &self.stage.variant, &self.values());
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let hears = this.clone();
            match Live::start(&run, move |step| hears.step(turn, step)).await {
                Ok(live) => this.attach(live),
                Err(why) => this.over(&why, "is-fault"),
            }
        });
    }

    /// A run that went on while the page was reloaded.
    fn resume(self: &Rc<Self>) {
        let Some(kept) = Kept::load(&self.key()) else { return };
        let turn = self.begin();
        let this = self.clone();
        let live = Live::follow(kept, move |step| this.step(turn, step));
        self.attach(live);
    }

    fn attach(&self, live: Rc<Live>) {
        self.stage.of(&live.tape);
        // It may have ended while we asked for it.
        let running = live.running();
        enable(&self.stop, running);
        // At once, for a page may be gone without a word.
        live.save(&self.key());
        *self.live.borrow_mut() = Some(live);
        self.stage.tell(!running);
        if !running {
            self.stage.replayable();
        }
    }

    fn begin(&self) -> u32 {
        Kept::forget(&self.key());
        *self.live.borrow_mut() = None;
        self.turn.set(self.turn.get() + 1);
        enable(&self.run, false);
        say(&self.progress, "Starting…");
        self.stage.clear();
        self.turn.get()
    }

    fn halt(self: &Rc<Self>) {
        if let Some(live) = &*self.live.borrow() {
            enable(&self.stop, false);
            say(&self.progress, "Stopping…");
            live.stop();
        }
    }

    fn step(self: &Rc<Self>, turn: u32, step: Step) {
        if turn != self.turn.get() {
            return;
        }
        match step {
            Step::Waiting(place) => say(&self.progress, &words::queued(place)),
            Step::Running | Step::Mended => say(&self.progress, "Running…"),
            Step::Broken => say(&self.progress, "The connection broke; connecting again…"),
            Step::Note(text) => self.stage.screen.note(&text),
            Step::Text(text, until) => self.text(&text, until),
            Step::Ended(line, verdict) => self.ended(&line, verdict),
            Step::Lost(why) => {
                Kept::forget(&self.key());
                self.over(&why, "is-fault");
            }
        }
    }

    fn text(self: &Rc<Self>, text: &[u8], until: u64) {
        let this = self.clone();
        self.stage.screen.write(text, move || {
            if let Some(live) = &*this.live.borrow() {
                live.taken(until);
            }
        });
        self.stage.tell(false);
    }

    fn ended(&self, line: &str, verdict: Option<Verdict>) {
        self.over(line, words::class(verdict));
        if verdict.is_none() {
            self.stage.screen.note(&format!("[{line}]"));
        }
        self.stage.tell(true);
        self.stage.replayable();
    }

    fn over(&self, line: &str, class: &str) {
        say(&self.run, &format!("Run {} again", self.stage.variant));
        enable(&self.run, true);
        enable(&self.stop, false);
        say(&self.progress, "");
        self.stage.over(line, class);
    }

    fn key(&self) -> String {
        let path = dom::window().location().pathname().unwrap_or_default();
        format!("still-running {path}#{}", self.stage.root.id())
    }
}

/// Why this widget cannot run anything.
pub fn refusal(page: &Page, lab: &str, variant: &str) -> Option<String> {
    let Some(labs) = &page.labs else { return page.trouble.clone() };
    let Some(known) = page.lab(lab) else {
        return Some(format!("This server has no lab {lab}. Build it: cargo xtask serve"));
    };
    let mine = variant == "mine" && !labs.mine;
    let unknown = variant != "mine" && !known.lab.variants.iter().any(|v| v == variant);
    if mine {
        return Some("Your own variant runs on your own machine: cargo xtask serve".into());
    }
    unknown.then(|| format!("The lab {lab} has no variant {variant}."))
}

pub fn request(lab: &str, variant: &str, knobs: &Knobs) -> NewRun {
    let mut run =
        NewRun { lab: lab.to_owned(), variant: variant.to_owned(), knobs: Default::default() };
    for (name, value) in knobs {
        let number = value.parse::<u64>();
        run.knobs.insert(name.clone(), number.map_or_else(|_| value.as_str().into(), Into::into));
    }
    run
}
