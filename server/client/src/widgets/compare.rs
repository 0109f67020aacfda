//! Buggy and fixed side by side: two terminals and two timelines on one clock, with one scrubber.

use crate::browser::dom::{self, attr, data, enable, flag, html, one, part, say, show};
use crate::browser::json::Lab;
use crate::browser::keep::keep;
use crate::page::picture::{self, Picture};
use crate::page::player::{self, Player, Track};
use crate::page::screen::Screen;
use crate::page::{Page, Signal, Widget};
use crate::run::Shared;
use crate::run::live::{Live, Step};
use crate::run::recording;
use crate::run::words;
use crate::widgets::run::STOP;
use labkit_wire::Clock;
use labkit_wire::text::join;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::text::escape;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

const VARIANTS: [&str; 2] = ["buggy", "fixed"];
/// The reader's own, where the server builds it, in place of the buggy one.
const MINE: &str =
    "<button type=\"button\" class=\"sr-mine\" data-do=\"click mine\">Run mine and fixed</button>";

struct Compare {
    page: &'static Page,
    root: HtmlElement,
    lab: &'static Lab,
    player: &'static Player,
    sides: &'static [Side; 2],
    /// Why recordings are shown in place of runs; mostly empty.
    instead: RefCell<String>,
}

struct Side {
    /// Where it stands: buggy on the left, fixed on the right.
    place: &'static str,
    /// What is run there: the reader's own takes the place of the buggy one.
    variant: Cell<&'static str>,
    root: HtmlElement,
    screen: &'static Screen,
    picture: &'static Picture,
    live: RefCell<Option<Rc<Live>>>,
    tape: RefCell<Option<Shared>>,
    /// What its line says once the clock is at the end.
    said: RefCell<String>,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    let Some(lab) = page.lab(&data(root, "lab")) else { return };
    if !VARIANTS.iter().all(|v| lab.variants.iter().any(|known| known == v)) {
        return;
    }
    let mine = page.site.live() && page.labs.as_ref().is_some_and(|l| l.mine);
    html(root, &markup(&escape(&lab.slug), page.site.runs(&lab.slug), mine));
    let sides = keep(VARIANTS.map(|v| Side::new(page, root, v)));
    let player = Player::new(root, Box::new(|at| cursor(sides, at)));
    let this =
        keep(Compare { page, root: root.clone(), lab, player, sides, instead: RefCell::default() });
    page.adopt(root, this);
    this.turn_to("buggy");
}

fn markup(lab: &str, live: bool, mine: bool) -> String {
    let (mut sides, mut tabs) = (String::new(), String::new());
    for v in VARIANTS {
        sides += &format!(
            "<section class=\"sr-side\" aria-label=\"{v}\"><p class=\"sr-picture-name\">{v}</p><div class=\"sr-screen\" \
             aria-hidden=\"true\" hidden></div><p class=\"sr-side-line\"></p>{}</section>",
            picture::markup(v)
        );
        tabs += &format!(
            "<button type=\"button\" class=\"sr-tab\" data-do=\"click show-{v}\">{v}</button>"
        );
    }
    let (go, beside) = match live {
        true if mine => ("Run", &*(MINE.to_owned() + STOP)),
        true => ("Run", STOP),
        false => ("Play", "<span class=\"sr-tag\">recorded</span>"),
    };
    format!(
        "<div class=\"sr-panel\" role=\"group\" aria-label=\"{lab}, buggy and fixed\"><div class=\"sr-bar\">\
         <button type=\"button\" class=\"sr-go\" data-do=\"click go\">{go} both</button>{beside}<span class=\"sr-progress\"></span>\
         </div><div class=\"sr-tabs\" hidden>{tabs}</div><div class=\"sr-sides\" hidden>{sides}</div>{}\
         <p class=\"sr-status\" role=\"status\"></p><p class=\"sr-here\"></p><p class=\"sr-guess\"></p></div>",
        player::markup(&format!("{lab}, buggy and fixed"))
    )
}

impl Side {
    fn new(page: &Page, root: &HtmlElement, variant: &'static str) -> Self {
        let side = part(root, &format!(".sr-side[aria-label={variant}]"));
        Self {
            place: variant,
            variant: Cell::new(variant),
            screen: page.screen(part(&side, ".sr-screen")),
            picture: Picture::new(
                part(&side, ".sr-tl-frame"),
                format!("{}-{variant}-drawn", root.id()),
            ),
            root: side,
            live: RefCell::default(),
            tape: RefCell::default(),
            said: RefCell::default(),
        }
    }

    fn clear(&'static self) {
        attr(&part(&self.root, ".sr-side-line"), "class", "sr-side-line");
        *self.tape.borrow_mut() = None;
        *self.live.borrow_mut() = None;
        self.say("");
        self.screen.clear();
    }

    fn say(&self, line: &str) {
        say(&part(&self.root, ".sr-side-line"), line);
    }

    /// The run that is shown when it is over, if it is.
    fn finished(&self) -> Option<Shared> {
        let live = self.live.borrow();
        match &*live {
            Some(live) => (!live.running()).then(|| live.tape.clone()),
            None => self.tape.borrow().clone(),
        }
    }
}

impl Widget for Compare {
    fn hear(&'static self, signal: &Signal<'_>) {
        if let Signal::Judged { tape, said } = signal
            && self.sides.iter().filter_map(Side::finished).any(|shown| Rc::ptr_eq(&shown, tape))
        {
            say(&part(&self.root, ".sr-guess"), said);
        }
    }

    fn act(&'static self, what: &str, event: &Event) {
        match what {
            "go" => self.press("buggy"),
            "mine" => self.press("mine"),
            "stop" => self.stop(),
            "show-buggy" => self.turn_to("buggy"),
            "show-fixed" => self.turn_to("fixed"),
            _ if self.player.act(what) => {}
            _ => {
                let side = self.sides.iter().find(|s| s.place == what);
                if let Some(at) = side.and_then(|s| s.picture.pointer(event)) {
                    self.player.seek(at);
                    cursor(self.sides, at);
                }
            }
        }
    }
}

/// The clock's hand, in both pictures.
fn cursor(sides: &'static [Side], at: u64) {
    for side in sides {
        side.picture.cursor((at < side.picture.end()).then_some(at));
    }
}

impl Compare {
    /// On a phone one side is shown; its button says so.
    fn turn_to(&self, variant: &str) {
        for side in self.sides {
            let on = side.place == variant;
            flag(&side.root, "data-shown", on);
            if let Some(tab) = one(&self.root, &format!("[data-do='click show-{}']", side.place)) {
                attr(&tab, "aria-pressed", if on { "true" } else { "false" });
            }
        }
    }

    /// Runs both, with this one on the left.
    fn press(&'static self, left: &'static str) {
        self.put(left);
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|e| show(e, false));
        dom::all(&self.root, ".sr-tabs, .sr-sides").iter().for_each(|e| show(e, true));
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|e| enable(e, false));
        self.status("", "");
        say(&part(&self.root, ".sr-guess"), "");
        say(&part(&self.root, ".sr-here"), "");
        self.player.unload();
        self.progress("Starting…");
        self.sides.iter().for_each(Side::clear);
        *self.instead.borrow_mut() = String::new();
        for side in self.sides {
            match self.page.site.runs(&self.lab.slug) {
                true => self.run(side),
                false => self.load(side),
            }
        }
    }

    /// A program did not run to its end: both are shown as recorded, for they share a clock.
    fn instead(&'static self, why: &str) {
        *self.instead.borrow_mut() = format!("{why} In its place: the recordings. ");
        self.stop();
        self.sides.iter().for_each(Side::clear);
        self.sides.iter().for_each(|side| self.load(side));
    }

    /// Names what stands on the left.
    fn put(&self, left: &'static str) {
        let side = &self.sides[0];
        side.variant.set(left);
        attr(&side.root, "aria-label", left);
        say(&part(&side.root, ".sr-picture-name"), left);
        let tab = format!("[data-do='click show-{}']", side.place);
        one(&self.root, &tab).iter().for_each(|tab| say(tab.unchecked_ref(), left));
    }

    fn load(&'static self, side: &'static Side) {
        let knobs = self.page.turned(&self.lab.slug);
        let take = move |loaded: recording::Loaded| match loaded {
            Ok(tape) => {
                *side.said.borrow_mut() =
                    words::recorded(&self.lab.slug, side.variant.get(), &tape);
                *side.tape.borrow_mut() = Some(Rc::new(RefCell::new(tape)));
                self.finish();
            }
            Err(why) => self.failed(&why),
        };
        recording::load(self.page.site, self.lab, side.variant.get(), &knobs, Box::new(take));
    }

    /// Both at once: they share a clock.
    fn run(&'static self, side: &'static Side) {
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
        match step {
            Step::Text(text, until) => self.text(side, &text, until),
            Step::Waiting(place, about) => self.progress(&words::queued(place, about)),
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

    /// When both are over: one clock for both, from the beginning where nothing was seen yet.
    fn finish(&'static self) {
        let tapes: Vec<Shared> = self.sides.iter().filter_map(Side::finished).collect();
        if tapes.len() < self.sides.len() {
            return;
        }
        let end = tapes.iter().fold(0, |end, t| t.borrow().now.max(end));
        let seen = self.page.site.live() && self.lab.clock == Clock::Real;
        let mut tracks = vec![];
        for (side, tape) in self.sides.iter().zip(&tapes) {
            side.picture.show(tape);
            side.picture.at_least(end);
            let track = Track::new(tape, side.screen);
            tracks.push(if seen { track.shown() } else { track });
        }
        self.player.load(tracks, if seen { end } else { 0 });
        self.over();
        if seen {
            return self.outcome(&tapes);
        }
        self.player.on_end(Box::new(move || self.outcome(&tapes)));
        self.player.play();
    }

    fn over(&self) {
        self.progress("");
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|e| enable(e, true));
        dom::all(&self.root, ".sr-stop").iter().for_each(|e| enable(e, false));
    }

    fn failed(&self, why: &str) {
        self.stop();
        self.status(why, "is-fault");
        self.over();
    }

    fn stop(&self) {
        self.progress("Stopping…");
        dom::all(&self.root, ".sr-stop").iter().for_each(|e| enable(e, false));
        for side in self.sides {
            side.live.borrow().iter().for_each(|live| live.stop());
        }
    }

    fn progress(&self, text: &str) {
        say(&part(&self.root, ".sr-progress"), text);
    }

    fn status(&self, line: &str, class: &str) {
        let status = part(&self.root, ".sr-status");
        attr(&status, "class", &format!("sr-status {class}"));
        say(&status, line);
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
