//! Buggy and fixed side by side: two terminals and two timelines on one clock, with one scrubber.

use crate::dom::{self, attr, data, enable, flag, html, one, part, say, show};
use crate::json::Lab;
use crate::live::{Live, Step};
use crate::page::{Page, Shared, Signal, Widget, keep};
use crate::picture::{self, Picture};
use crate::player::{self, Player, Track};
use crate::run::STOP;
use crate::screen::Screen;
use crate::{recording, words};
use labkit_wire::Clock;
use labkit_wire::text::join;
use std::cell::RefCell;
use std::rc::Rc;
use still_running_view::text::escape;
use web_sys::{Event, HtmlElement};

const VARIANTS: [&str; 2] = ["buggy", "fixed"];

struct Compare {
    page: &'static Page,
    root: HtmlElement,
    lab: &'static Lab,
    player: &'static Player,
    sides: &'static [Side; 2],
}

struct Side {
    variant: &'static str,
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
    html(root, &markup(&escape(&lab.slug), page.site.live()));
    let sides = keep(VARIANTS.map(|v| Side::new(page, root, v)));
    let player = Player::new(root, Box::new(|at| cursor(sides, at)));
    let this = keep(Compare { page, root: root.clone(), lab, player, sides });
    page.adopt(root, this);
    this.face("buggy");
}

fn markup(lab: &str, live: bool) -> String {
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
        true => ("Run", STOP),
        false => ("Play", "<span class=\"sr-tag\">recorded</span>"),
    };
    format!(
        "<div class=\"sr-panel\" role=\"group\" aria-label=\"{lab}, buggy and fixed\"><div class=\"sr-bar\">\
         <button type=\"button\" class=\"sr-go\" data-do=\"click go\">{go} both</button>{beside}<span class=\"sr-progress\"></span>\
         </div><div class=\"sr-tabs\" hidden>{tabs}</div><div class=\"sr-sides\" hidden>{sides}</div>{}\
         <p class=\"sr-status\" role=\"status\"></p></div>",
        player::markup(&format!("{lab}, buggy and fixed"))
    )
}

impl Side {
    fn new(page: &Page, root: &HtmlElement, variant: &'static str) -> Self {
        let side = part(root, &format!(".sr-side[aria-label={variant}]"));
        Self {
            variant,
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
    fn act(&'static self, what: &str, event: &Event) {
        match what {
            "go" => self.press(),
            "stop" => self.stop(),
            "show-buggy" => self.face("buggy"),
            "show-fixed" => self.face("fixed"),
            _ if self.player.act(what) => {}
            _ => {
                let side = self.sides.iter().find(|s| s.variant == what);
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
    fn face(&self, variant: &str) {
        for side in self.sides {
            let on = side.variant == variant;
            flag(&side.root, "data-shown", on);
            if let Some(tab) = one(&self.root, &format!("[data-do='click show-{}']", side.variant))
            {
                attr(&tab, "aria-pressed", if on { "true" } else { "false" });
            }
        }
    }

    fn press(&'static self) {
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|e| show(e, false));
        dom::all(&self.root, ".sr-tabs, .sr-sides").iter().for_each(|e| show(e, true));
        enable(&part(&self.root, ".sr-go"), false);
        self.status("", "");
        self.player.unload();
        self.progress("Starting…");
        self.sides.iter().for_each(Side::clear);
        for side in self.sides {
            match self.page.site.live() {
                true => self.run(side),
                false => self.load(side),
            }
        }
    }

    fn load(&'static self, side: &'static Side) {
        let knobs = self.page.turned(&self.lab.slug);
        let take = move |loaded: recording::Loaded| match loaded {
            Ok(tape) => {
                *side.said.borrow_mut() = words::recorded(&self.lab.slug, side.variant, &tape);
                *side.tape.borrow_mut() = Some(Rc::new(RefCell::new(tape)));
                self.finish();
            }
            Err(why) => self.failed(&why),
        };
        recording::load(self.page.site, self.lab, side.variant, &knobs, Box::new(take));
    }

    /// Both at once: they share a clock.
    fn run(&'static self, side: &'static Side) {
        let knobs = self.page.turned(&self.lab.slug);
        let step = Box::new(move |step| self.step(side, step));
        let begun = move |begun: Result<Rc<Live>, String>| match begun {
            Ok(live) => {
                side.picture.show(&live.tape);
                *side.live.borrow_mut() = Some(live);
                enable(&part(&self.root, ".sr-stop"), true);
                self.progress("Running…");
            }
            Err(why) => self.failed(&why),
        };
        Live::start(&self.lab.slug, side.variant, &knobs, step, Box::new(begun));
    }

    fn step(&'static self, side: &'static Side, step: Step) {
        match step {
            Step::Text(text, until) => self.text(side, &text, until),
            Step::Waiting(place) => self.progress(&words::queued(place)),
            Step::Running | Step::Mended => self.progress("Running…"),
            Step::Broken => self.progress("The connection broke; connecting again…"),
            Step::Note(text) => side.screen.note(&text),
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
            let (lab, variant) = (&self.lab.slug, side.variant);
            self.page.tell(&Signal::Run { lab, variant, tape, ended: true });
            let track = Track::new(tape, side.screen);
            tracks.push(if seen { track.shown() } else { track });
        }
        self.player.load(tracks, if seen { end } else { 0 });
        self.ready();
        if seen {
            return self.outcome();
        }
        self.player.on_end(Box::new(|| self.outcome()));
        self.player.play();
    }

    fn ready(&self) {
        self.progress("");
        enable(&part(&self.root, ".sr-go"), true);
        dom::all(&self.root, ".sr-stop").iter().for_each(|e| enable(e, false));
    }

    fn failed(&self, why: &str) {
        self.stop();
        self.status(why, "is-fault");
        self.ready();
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
    fn outcome(&self) {
        let said: Vec<String> = self.sides.iter().map(|s| s.said.borrow().clone()).collect();
        self.sides.iter().zip(&said).for_each(|(side, line)| side.say(line));
        say(&part(&self.root, ".sr-status"), &join(&said, "; "));
    }
}
