//! Buggy and fixed side by side: two terminals and two timelines on one clock, with one scrubber.

use crate::dom::{self, add, attr, button, el, el_with, enable, get, say};
use crate::live::{Live, Step};
use crate::page::{Knobs, Page, Signal};
use crate::picture::Picture;
use crate::player::{Player, Track};
use crate::run::{refusal, request};
use crate::screen::Screen;
use crate::tape::Tape;
use crate::{recording, words};
use labkit_wire::{Clock, Description};
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::HtmlElement;

struct Compare {
    page: Rc<Page>,
    root: HtmlElement,
    lab: Description,
    go: HtmlElement,
    stop: HtmlElement,
    progress: HtmlElement,
    status: HtmlElement,
    stand: HtmlElement,
    player: Rc<Player>,
    sides: Vec<Side>,
}

struct Side {
    variant: String,
    panel: HtmlElement,
    tab: HtmlElement,
    screen: Screen,
    picture: Rc<Picture>,
    line: HtmlElement,
    /// What the line says once the clock is at the end.
    said: RefCell<String>,
    live: RefCell<Option<Rc<Live>>>,
    tape: RefCell<Option<Rc<RefCell<Tape>>>>,
}

pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let slug = get(root, "data-lab").unwrap_or_default();
    let Some(lab) = page.lab(&slug).map(|l| l.lab.clone()) else { return };
    if ["buggy", "fixed"].iter().any(|v| !lab.variants.iter().any(|known| known == v)) {
        return;
    }
    let live = page.site.live();
    let this = Rc::new_cyclic(|weak: &std::rc::Weak<Compare>| {
        let call = |f: fn(&Rc<Compare>)| {
            let weak = weak.clone();
            move || weak.upgrade().iter().for_each(f)
        };
        Compare {
            go: button("sr-go", if live { "Run both" } else { "Play both" }, call(Compare::press)),
            stop: button("sr-stop", "Stop", call(Compare::halt)),
            progress: el("span", "sr-progress"),
            status: el("p", "sr-status"),
            stand: el("div", "sr-sides"),
            player: Player::new(&format!("{slug}, buggy and fixed")),
            sides: ["buggy", "fixed"].iter().map(|v| Side::new(page, root, v)).collect(),
            page: page.clone(),
            root: root.clone(),
            lab,
        }
    });
    this.lay_out(live);
    this.listen();
}

impl Side {
    fn new(page: &Page, root: &HtmlElement, variant: &str) -> Self {
        let panel = el("section", "sr-side");
        attr(&panel, "aria-label", variant);
        let stand = root.clone();
        let name = variant.to_owned();
        Self {
            variant: variant.to_owned(),
            panel,
            tab: button("sr-tab", variant, move || show_side(&stand, &name)),
            screen: page.screen(),
            picture: Picture::new(&format!("{}-{variant}-drawn", root.id())),
            line: el("p", "sr-side-line"),
            said: RefCell::default(),
            live: RefCell::default(),
            tape: RefCell::default(),
        }
    }

    fn over(&self) -> bool {
        self.live.borrow().as_ref().is_none_or(|l| !l.running())
    }
}

/// On a phone one side is shown; its button says so.
fn show_side(root: &HtmlElement, variant: &str) {
    for tab in dom::all(root, ".sr-tab") {
        let on = tab.text_content().as_deref() == Some(variant);
        attr(&tab, "aria-pressed", if on { "true" } else { "false" });
    }
    for side in dom::all(root, ".sr-side") {
        dom::flag(&side, "data-shown", get(&side, "aria-label").as_deref() == Some(variant));
    }
}

impl Compare {
    fn lay_out(&self, live: bool) {
        attr(&self.status, "role", "status");
        enable(&self.stop, false);
        let (panel, bar, tabs) = (el("div", "sr-panel"), el("div", "sr-bar"), el("div", "sr-tabs"));
        attr(&panel, "role", "group");
        attr(&panel, "aria-label", &format!("{}, buggy and fixed", self.lab.slug));
        add(&bar, [&self.go]);
        match live {
            true => add(&bar, [&self.stop]),
            false => add(&bar, [&el_with("span", "sr-tag", "recorded")]),
        }
        add(&bar, [&self.progress]);
        for side in &self.sides {
            add(&tabs, [&side.tab]);
            let name = el_with("p", "sr-picture-name", &side.variant);
            add(&side.panel, [&name, &side.screen.host, &side.line, &side.picture.host]);
            add(&self.stand, [&side.panel]);
        }
        dom::show(&tabs, false);
        dom::show(&self.stand, false);
        add(&panel, [&bar, &tabs, &self.stand, &self.player.bar, &self.status]);
        add(&self.root, [&panel]);
        show_side(&self.root, "buggy");
    }

    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.player.on_move(move |at| this.at(at));
        for side in &self.sides {
            let this = self.clone();
            side.picture.on_scrub(move |at| {
                this.player.seek(at);
                this.at(at);
            });
        }
    }

    fn at(&self, at: u64) {
        for side in &self.sides {
            side.picture.cursor((at < side.picture.end()).then_some(at));
        }
    }

    fn press(self: &Rc<Self>) {
        for hidden in dom::all(&self.root, "[data-sr-fallback]") {
            dom::show(&hidden, false);
        }
        dom::all(&self.root, ".sr-tabs, .sr-sides").iter().for_each(|e| dom::show(e, true));
        enable(&self.go, false);
        say(&self.status, "");
        attr(&self.status, "class", "sr-status");
        self.player.unload();
        for side in &self.sides {
            *side.tape.borrow_mut() = None;
            say(&side.line, "");
            side.screen.clear();
        }
        say(&self.progress, "Starting…");
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let knobs = this.page.turned(&this.lab.slug);
            let begun = match this.page.site.live() {
                true => this.run(&knobs).await,
                false => this.load(&knobs).await,
            };
            if let Err(why) = begun {
                this.failed(&why);
            }
        });
    }

    async fn load(self: &Rc<Self>, knobs: &Knobs) -> Result<(), String> {
        for side in &self.sides {
            if recording::file(&self.lab, &side.variant, knobs).is_none() {
                return Err(words::unrecorded(&self.lab, &side.variant, knobs));
            }
            let tape = recording::load(&self.page.site, &self.lab, &side.variant, knobs).await?;
            *side.said.borrow_mut() = words::recorded(&self.lab.slug, &side.variant, &tape);
            self.settle(side, Rc::new(RefCell::new(tape)));
        }
        self.finish();
        Ok(())
    }

    /// Both at once: they share a clock.
    async fn run(self: &Rc<Self>, knobs: &Knobs) -> Result<(), String> {
        for (i, side) in self.sides.iter().enumerate() {
            if let Some(why) = refusal(&self.page, &self.lab.slug, &side.variant) {
                return Err(why);
            }
            let this = self.clone();
            let request = request(&self.lab.slug, &side.variant, knobs);
            let live = Live::start(&request, move |step| this.step(i, step)).await?;
            *side.live.borrow_mut() = Some(live.clone());
            side.picture.show(&live.tape);
        }
        enable(&self.stop, true);
        say(&self.progress, "Running…");
        // They may both be over already.
        self.finish();
        Ok(())
    }

    fn step(self: &Rc<Self>, i: usize, step: Step) {
        let side = &self.sides[i];
        match step {
            Step::Text(text, until) => self.text(i, &text, until),
            Step::Waiting(place) => say(&self.progress, &words::queued(place)),
            Step::Running | Step::Mended => say(&self.progress, "Running…"),
            Step::Broken => say(&self.progress, "The connection broke; connecting again…"),
            Step::Note(text) => side.screen.note(&text),
            Step::Ended(line, _) | Step::Lost(line) => {
                *side.said.borrow_mut() = line;
                self.finish();
            }
        }
    }

    fn text(self: &Rc<Self>, i: usize, text: &[u8], until: u64) {
        let side = &self.sides[i];
        let live = side.live.borrow().clone();
        let Some(live) = live else { return };
        side.picture.show(&live.tape);
        // A paused clock has no pace to follow: such a run is shown when it can be paced.
        match self.lab.clock {
            Clock::Paused => live.taken(until),
            Clock::Real => side.screen.write(text, move || live.taken(until)),
        }
    }

    fn settle(&self, side: &Side, tape: Rc<RefCell<Tape>>) {
        side.picture.show(&tape);
        let (lab, variant) = (self.lab.slug.clone(), side.variant.clone());
        self.page.tell(&Signal::Run { lab, variant, tape: tape.clone(), ended: true });
        *side.tape.borrow_mut() = Some(tape);
    }

    /// When both are over: one clock for both, from the beginning where nothing was seen yet.
    fn finish(self: &Rc<Self>) {
        if self.sides.iter().any(|s| !s.over()) {
            return;
        }
        for side in &self.sides {
            let live = side.live.take();
            match live {
                Some(live) => self.settle(side, live.tape.clone()),
                None if side.tape.borrow().is_none() => return,
                None => {}
            }
        }
        let seen = self.page.site.live() && self.lab.clock == Clock::Real;
        let tapes: Vec<_> = self.sides.iter().filter_map(|s| s.tape.borrow().clone()).collect();
        let end = tapes.iter().map(|t| t.borrow().now).max().unwrap_or(0);
        self.sides.iter().for_each(|s| s.picture.at_least(end));
        let track = |(side, tape): (&Side, Rc<RefCell<Tape>>)| {
            let track = Track::new(tape, side.screen.clone());
            if seen { track.shown() } else { track }
        };
        let tracks = self.sides.iter().zip(tapes).map(track).collect();
        self.player.load(tracks, if seen { end } else { 0 });
        self.ready();
        if seen {
            return self.tell();
        }
        let this = self.clone();
        self.player.on_end(move || this.tell());
        self.player.play();
    }

    /// The outcome, when the clock is at the end.
    fn tell(&self) {
        let lines = self.sides.iter().map(|side| {
            let line = side.said.borrow().clone();
            say(&side.line, &line);
            line
        });
        say(&self.status, &lines.collect::<Vec<_>>().join("; "));
    }

    fn ready(&self) {
        say(&self.progress, "");
        enable(&self.go, true);
        enable(&self.stop, false);
    }

    fn failed(&self, why: &str) {
        self.halt_all();
        attr(&self.status, "class", "sr-status is-fault");
        say(&self.status, why);
        say(&self.progress, "");
        enable(&self.go, true);
        enable(&self.stop, false);
    }

    fn halt(self: &Rc<Self>) {
        enable(&self.stop, false);
        say(&self.progress, "Stopping…");
        self.halt_all();
    }

    fn halt_all(&self) {
        for side in &self.sides {
            if let Some(live) = &*side.live.borrow() {
                live.stop();
            }
        }
    }
}
