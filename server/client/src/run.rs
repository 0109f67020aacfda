//! A run widget: one lab, one variant; on a live server it runs, on a static site its recording is replayed.

mod recorded;
mod served;

use crate::dom::{self, attr, data, enable, html, part, say, show};
use crate::json;
use crate::live::Live;
use crate::page::{Knobs, Page, Shared, Signal, Widget, keep};
use crate::player::{self, Player, Track};
use crate::screen::Screen;
use crate::transcript;
use crate::words;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::text::escape;
use web_sys::{Event, HtmlElement};

pub struct Run {
    page: &'static Page,
    root: HtmlElement,
    lab: String,
    variant: String,
    /// What the chapter asks for.
    preset: Knobs,
    screen: &'static Screen,
    player: &'static Player,
    tape: RefCell<Option<Shared>>,
    live: RefCell<Option<Rc<Live>>>,
    /// Which variant is shown: the widget's own, or the reader's.
    shown: &'static RefCell<String>,
    /// Which press of Run this is; what an earlier one still brings is of no interest.
    turn: Cell<u32>,
}

pub const STOP: &str = "<button type=\"button\" class=\"sr-stop\" data-do=\"click stop\" aria-disabled=\"true\">Stop</button>";
/// Beside the fix: the reader's own, where the server builds it.
const MINE: &str =
    "<button type=\"button\" class=\"sr-mine\" data-do=\"click mine\">Run mine</button>";

pub fn build(page: &'static Page, root: &HtmlElement) {
    let (lab, variant, served) = (data(root, "lab"), data(root, "variant"), page.site.live());
    let why = if served { served::refusal(page, &lab, &variant) } else { None };
    let known = page.lab(&lab).is_some() && (served || variant != "mine");
    if why.is_some() || !known {
        // Without a recording the page has its note already.
        return why.iter().for_each(|why| html(root, &note(why)));
    }
    let mine = served && variant == "fixed" && page.labs.as_ref().is_some_and(|l| l.mine);
    let missing = page.lab(&lab).and_then(|l| l.missing.clone()).filter(|_| served);
    let beside = match (served, mine) {
        (true, true) => STOP.to_owned() + MINE,
        (true, false) => STOP.to_owned(),
        (false, _) => "<span class=\"sr-tag\">recorded</span>".to_owned(),
    };
    let go = if served { "Run" } else { "Play" };
    html(root, &markup(&lab, &variant, (go, &beside), &missing.unwrap_or_default()));
    let shown: &RefCell<String> = keep(RefCell::default());
    let of = lab.clone();
    let moved = move |at| {
        let variant = shown.borrow().clone();
        page.tell(&Signal::At { lab: &of, variant: &variant, at });
    };
    let this = keep(Run {
        screen: page.screen(part(root, ".sr-screen")),
        player: Player::new(root, Box::new(moved)),
        preset: json::fields(&data(root, "knobs")),
        page,
        root: root.clone(),
        lab,
        variant,
        tape: RefCell::default(),
        live: RefCell::default(),
        shown,
        turn: Cell::default(),
    });
    page.adopt(root, this);
    this.name();
    if served {
        this.resume();
    }
}

pub fn note(text: &str) -> String {
    match text {
        "" => String::new(),
        text => format!("<p class=\"sr-note\">{}</p>", escape(text)),
    }
}

fn markup(lab: &str, variant: &str, (go, beside): (&str, &str), missing: &str) -> String {
    let (lab, variant) = (escape(lab), escape(variant));
    format!(
        "<div class=\"sr-panel\" role=\"group\" aria-label=\"{lab}, {variant}\"><div class=\"sr-bar\">\
         <button type=\"button\" class=\"sr-go\" data-do=\"click go\">{go} {variant}</button>{beside}\
         <span class=\"sr-set\"></span><span class=\"sr-progress\"></span></div>{}\
         <div class=\"sr-screen\" aria-hidden=\"true\" hidden></div>{}\
         <p class=\"sr-status\" role=\"status\"></p><p class=\"sr-guess\"></p>{}</div>",
        note(missing),
        player::markup(&format!("{lab} {variant}")),
        transcript::markup(&format!("{lab} {variant}"))
    )
}

impl Widget for Run {
    fn act(&'static self, what: &str, _: &Event) {
        match what {
            "go" if self.page.site.live() => self.run(&self.variant),
            "mine" => self.run("mine"),
            "go" => self.replay(),
            "stop" => self.halt(),
            "transcript" => self.draw_transcript(),
            what => drop(self.player.act(what)),
        }
    }

    fn hear(&self, signal: &Signal<'_>) {
        match signal {
            Signal::Knobs { lab } if *lab == self.lab => self.name(),
            Signal::At { lab, variant, at }
                if *lab == self.lab && *variant == *self.shown.borrow() =>
            {
                self.player.seek(*at);
            }
            _ => {}
        }
    }

    fn leave(&self) {
        if let Some(live) = &*self.live.borrow() {
            live.save(&self.key());
        }
    }
}

impl Run {
    fn part(&self, class: &str) -> HtmlElement {
        part(&self.root, class)
    }

    fn knobs(&self) -> Knobs {
        self.page.knobs(&self.lab, &self.preset)
    }

    /// Says with which knobs the next run is.
    fn name(&self) {
        let Some(lab) = self.page.lab(&self.lab) else { return };
        let knobs = self.knobs();
        match self.page.site.live() {
            true => say(&self.part(".sr-set"), &words::knobs(lab, &knobs)),
            false => self.name_recording(lab, &knobs),
        }
    }

    /// Another run begins.
    fn begin(&'static self, variant: &str, saying: &str) -> u32 {
        *self.shown.borrow_mut() = variant.to_owned();
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| show(f, false));
        self.turn.set(self.turn.get() + 1);
        *self.live.borrow_mut() = None;
        *self.tape.borrow_mut() = None;
        self.ready(false);
        say(&self.part(".sr-progress"), saying);
        self.status("", "");
        say(&self.part(".sr-guess"), "");
        self.player.unload();
        self.screen.clear();
        self.part(".sr-full pre").set_inner_html("");
        self.turn.get()
    }

    /// This is the run that is shown.
    fn of(&self, tape: &Shared) {
        *self.tape.borrow_mut() = Some(tape.clone());
        show(&self.part(".sr-full"), true);
    }

    /// Tells the timelines of this page.
    fn tell(&self, ended: bool) {
        let tape = self.tape.borrow().clone();
        if let Some(tape) = &tape {
            let (lab, variant) = (&self.lab, self.shown.borrow().clone());
            self.page.tell(&Signal::Run { lab, variant: &variant, tape, ended });
        }
    }

    /// It is over.
    fn over(&self, line: &str, class: &str) {
        let go = if self.page.site.live() { "Run" } else { "Play" };
        say(&self.part(".sr-go"), &format!("{go} {} again", self.variant));
        self.ready(true);
        say(&self.part(".sr-progress"), "");
        self.status(line, class);
        say(&self.part(".sr-guess"), &self.page.guess(&self.root.id()));
        self.draw_transcript();
    }

    /// Whether another run may begin.
    fn ready(&self, ready: bool) {
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|b| enable(b, ready));
    }

    fn status(&self, line: &str, class: &str) {
        let status = self.part(".sr-status");
        attr(&status, "class", &format!("sr-status {class}"));
        say(&status, line);
    }

    fn track(&self, tape: &Shared) -> Track {
        Track::new(tape, self.screen)
    }

    fn draw_transcript(&self) {
        transcript::draw(&self.part(".sr-full"), &self.tape.borrow());
    }
}
