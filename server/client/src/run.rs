//! A run widget: one lab, one variant, Run and Stop, the terminal, the verdict, the transcript.

use crate::dom::{self, add, attr, button, el, el_with, enable, get, on, say, show};
use crate::json;
use crate::kept::Kept;
use crate::live::{Live, Step};
use crate::page::{Knobs, Page, Signal, value};
use crate::screen::Screen;
use crate::transcript::Transcript;
use crate::words;
use labkit_wire::Verdict;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::NewRun;
use web_sys::HtmlElement;

pub struct Run {
    page: Rc<Page>,
    root: HtmlElement,
    lab: String,
    variant: String,
    /// What the chapter asks for.
    preset: Knobs,
    run: HtmlElement,
    stop: HtmlElement,
    knobs: HtmlElement,
    progress: HtmlElement,
    status: HtmlElement,
    screen: Screen,
    transcript: Transcript,
    live: RefCell<Option<Rc<Live>>>,
    /// Which press of Run this is; what an earlier one still brings is of no interest.
    turn: Cell<u32>,
}

impl Run {
    /// Builds the controls of a live run widget.
    pub fn build(page: &Rc<Page>, root: &HtmlElement) {
        let data = |name: &str| get(root, name).unwrap_or_default();
        let (lab, variant) = (data("data-lab"), data("data-variant"));
        if let Some(why) = refusal(page, &lab, &variant) {
            add(root, [&el_with("p", "sr-note", &why)]);
            return;
        }
        let this = Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let call = |f: fn(&Rc<Self>)| {
                let weak = weak.clone();
                move || {
                    if let Some(this) = weak.upgrade() {
                        f(&this);
                    }
                }
            };
            Self {
                run: button("sr-go", &format!("Run {variant}"), call(Self::press)),
                stop: button("sr-stop", "Stop", call(Self::halt)),
                preset: json::fields(&data("data-knobs")),
                knobs: el("span", "sr-set"),
                progress: el("span", "sr-progress"),
                status: el("p", "sr-status"),
                screen: page.screen(),
                transcript: Transcript::new(&format!("{lab} {variant}")),
                page: page.clone(),
                root: root.clone(),
                live: RefCell::default(),
                turn: Cell::default(),
                lab,
                variant,
            }
        });
        this.lay_out();
        this.listen();
        this.resume();
    }

    fn lay_out(&self) {
        attr(&self.status, "role", "status");
        enable(&self.stop, false);
        let panel = el("div", "sr-panel");
        attr(&panel, "role", "group");
        attr(&panel, "aria-label", &format!("{}, {}", self.lab, self.variant));
        let bar = el("div", "sr-bar");
        add(&bar, [&self.run, &self.stop, &self.knobs, &self.progress]);
        add(&panel, [&bar]);
        if let Some(missing) = self.page.lab(&self.lab).and_then(|l| l.missing.as_ref()) {
            add(&panel, [&el_with("p", "sr-note", missing)]);
        }
        add(&panel, [&self.screen.host, &self.status, &self.transcript.details]);
        add(&self.root, [&panel]);
        self.name_knobs();
    }

    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.page.hear(move |signal| {
            if matches!(signal, Signal::Knobs { lab } if *lab == this.lab) {
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

    /// The chapter's values, and over them the reader's.
    fn values(&self) -> Knobs {
        let mut knobs = self.page.turned(&self.lab);
        for (name, preset) in &self.preset {
            if value(&knobs, name).is_none() {
                knobs.push((name.clone(), preset.clone()));
            }
        }
        knobs
    }

    fn name_knobs(&self) {
        let lab = self.page.lab(&self.lab).map(|l| &l.lab);
        say(&self.knobs, &lab.map(|lab| words::knobs(lab, &self.values())).unwrap_or_default());
    }

    fn press(self: &Rc<Self>) {
        let turn = self.begin();
        let run = request(&self.lab, &self.variant, &self.values());
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
        self.transcript.of(&live.tape);
        // It may have ended while we asked for it.
        let running = live.running();
        enable(&self.stop, running);
        // At once, for a page may be gone without a word.
        live.save(&self.key());
        *self.live.borrow_mut() = Some(live);
        self.tell(!running);
    }

    fn begin(&self) -> u32 {
        Kept::forget(&self.key());
        *self.live.borrow_mut() = None;
        self.turn.set(self.turn.get() + 1);
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| show(f, false));
        enable(&self.run, false);
        say(&self.progress, "Starting…");
        say(&self.status, "");
        attr(&self.status, "class", "sr-status");
        self.screen.clear();
        self.transcript.clear();
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
            Step::Note(text) => self.screen.note(&text),
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
        self.screen.write(text, move || {
            if let Some(live) = &*this.live.borrow() {
                live.taken(until);
            }
        });
        self.tell(false);
    }

    fn ended(&self, line: &str, verdict: Option<Verdict>) {
        self.over(line, words::class(verdict));
        if verdict.is_none() {
            self.screen.note(&format!("[{line}]"));
        }
        self.tell(true);
    }

    fn over(&self, line: &str, class: &str) {
        say(&self.run, &format!("Run {} again", self.variant));
        enable(&self.run, true);
        enable(&self.stop, false);
        say(&self.progress, "");
        attr(&self.status, "class", &format!("sr-status {class}"));
        say(&self.status, line);
        self.transcript.draw();
    }

    fn tell(&self, ended: bool) {
        let Some(live) = self.live.borrow().clone() else { return };
        self.page.tell(&Signal::Run {
            lab: self.lab.clone(),
            variant: self.variant.clone(),
            tape: live.tape.clone(),
            ended,
        });
    }

    fn key(&self) -> String {
        let path = dom::window().location().pathname().unwrap_or_default();
        format!("still-running {path}#{}", self.root.id())
    }
}

/// Why this widget cannot run anything.
fn refusal(page: &Page, lab: &str, variant: &str) -> Option<String> {
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

fn request(lab: &str, variant: &str, knobs: &Knobs) -> NewRun {
    let mut run =
        NewRun { lab: lab.to_owned(), variant: variant.to_owned(), knobs: Default::default() };
    for (name, value) in knobs {
        let number = value.parse::<u64>();
        run.knobs.insert(name.clone(), number.map_or_else(|_| value.as_str().into(), Into::into));
    }
    run
}
