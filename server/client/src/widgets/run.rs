//! A run widget: one lab, one variant. On a live server it runs there; on a static site its own program runs in the page,
//! or else its recording is replayed.

mod markup;
mod recorded;
mod refusal;
mod served;
mod sight;

pub use markup::{STOP, note};

use crate::browser::dom::{self, attr, data, enable, html, part, say, show};
use crate::browser::json;
use crate::browser::keep::keep;
use crate::page::picture::Picture;
use crate::page::player::{Player, Track};
use crate::page::screen::Screen;
use crate::page::transcript;
use crate::page::{Page, Signal, Widget};
use crate::run::live::{CHECK, Live};
use crate::run::words;
use crate::run::{Knobs, Shared};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{Event, HtmlElement};

pub struct Run {
    page: &'static Page,
    root: HtmlElement,
    lab: String,
    variant: String,
    /// What the chapter asks for.
    preset: Knobs,
    screen: &'static Screen,
    picture: &'static Picture,
    player: &'static Player,
    tape: RefCell<Option<Shared>>,
    live: RefCell<Option<Rc<Live>>>,
    /// Which variant is shown: the widget's own, or the reader's.
    shown: &'static RefCell<String>,
    /// It waits for its turn, and its recording is shown.
    waits: Cell<bool>,
    /// Which press of Run this is; what an earlier one still brings is of no interest.
    turn: Cell<u32>,
    /// Nothing runs here, and nothing is being asked for.
    may_begin: Cell<bool>,
    /// The knobs moved while it ran: it is to run once more, and the page is not to move for it.
    again: Cell<bool>,
    /// Where the page was scrolled to, and how far down the screen this stood, when a press of Run began it: while one of the
    /// two is so it is kept in sight.
    stood: Cell<Option<(f64, f64)>>,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    let (lab, variant, served) = (data(root, "lab"), data(root, "variant"), page.site.live());
    let why = if served { refusal::refusal(page, &lab, &variant) } else { None };
    let known = page.lab(&lab).is_some() && (served || variant != "mine");
    if why.is_some() || !known {
        // Without a recording the page has its note already.
        return why.iter().for_each(|why| html(root, &note(why)));
    }
    let mine = served && variant == "fixed" && page.labs.as_ref().is_some_and(|l| l.mine);
    let missing = page.lab(&lab).and_then(|l| l.missing.clone()).filter(|_| served);
    let beside = match (page.site.runs(&lab), mine) {
        (true, true) if page.site.editor.is_some() => STOP.to_owned() + markup::EDIT + markup::MINE,
        (true, true) => STOP.to_owned() + markup::MINE,
        (true, false) => STOP.to_owned(),
        (false, _) => "<span class=\"sr-tag\">recorded</span>".to_owned(),
    };
    let go = page.site.verb(&lab);
    html(root, &markup::markup(&lab, &variant, (go, &beside), &missing.unwrap_or_default()));
    let shown: &RefCell<String> = keep(RefCell::default());
    let of = lab.clone();
    let moved = move |at| {
        let variant = shown.borrow().clone();
        page.tell(&Signal::At { lab: &of, variant: &variant, at });
    };
    let this = keep(Run {
        screen: page.screen(part(root, ".sr-screen")),
        picture: Picture::new(part(root, ".sr-tl-frame"), format!("{}-figure", root.id())),
        player: Player::new(root, Box::new(moved)),
        preset: json::fields(&data(root, "knobs")),
        page,
        root: root.clone(),
        lab,
        variant,
        tape: RefCell::default(),
        live: RefCell::default(),
        shown,
        waits: Cell::default(),
        turn: Cell::default(),
        may_begin: Cell::new(true),
        again: Cell::default(),
        stood: Cell::default(),
    });
    page.adopt(root, this);
    this.say_knobs();
    if served {
        this.resume();
    }
}

impl Widget for Run {
    fn act(&'static self, what: &str, event: &Event) {
        match what {
            "go" if self.page.site.runs(&self.lab) => self.run(&self.variant),
            "mine" => self.run("mine"),
            "check" => self.check(),
            "edit" => self.edit(),
            // A run that is not this page's own: a class's script put it where one that was left is kept.
            "follow" => self.resume(),
            "go" => self.replay(),
            "stop" => self.halt(),
            "scrub" => self.picture.pointer(event).iter().for_each(|at| self.at(*at)),
            "transcript" => self.draw_transcript(),
            what => drop(self.player.act(what)),
        }
    }

    fn hear(&'static self, signal: &Signal<'_>) {
        match signal {
            Signal::Knobs { lab } if *lab == self.lab => self.say_knobs(),
            Signal::Moved { lab } if *lab == self.lab && self.is_trial() => self.moved(),
            Signal::Judged { tape, said } if self.shows(tape) => {
                say(&self.part(".sr-guess"), said);
            }
            Signal::At { lab, variant, at }
                if *lab == self.lab && *variant == *self.shown.borrow() =>
            {
                self.player.seek(*at);
                self.picture.cursor((*at < self.picture.end()).then_some(*at));
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
    fn say_knobs(&self) {
        let Some(lab) = self.page.lab(&self.lab) else { return };
        let knobs = self.knobs();
        match self.page.site.runs(&self.lab) {
            true => say(&self.part(".sr-set"), &words::knobs(lab, &knobs)),
            false => self.name_recording(lab, &knobs),
        }
    }

    /// It stands with the knobs, and follows them.
    fn is_trial(&self) -> bool {
        data(&self.root, "sr") == "trial"
    }

    /// The clock of all that shows this run.
    fn at(&self, at: u64) {
        let variant = self.shown.borrow().clone();
        self.page.tell(&Signal::At { lab: &self.lab, variant: &variant, at });
    }

    /// Another run begins.
    fn begin(&'static self, variant: &str, saying: &str) -> u32 {
        *self.shown.borrow_mut() = variant.to_owned();
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| show(f, false));
        self.turn.set(self.turn.get() + 1);
        *self.live.borrow_mut() = None;
        *self.tape.borrow_mut() = None;
        self.let_begin(false);
        self.waits.set(false);
        say(&self.part(".sr-progress"), saying);
        self.status("", "");
        say(&self.part(".sr-found"), "");
        say(&self.part(".sr-here"), "");
        say(&self.part(".sr-guess"), "");
        self.name_run();
        self.player.unload();
        self.screen.clear();
        self.part(".sr-full pre").set_inner_html("");
        self.turn.get()
    }

    /// This is the run that is shown.
    fn show_tape(&self, tape: &Shared) {
        *self.tape.borrow_mut() = Some(tape.clone());
        show(&self.part(".sr-full"), true);
    }

    fn shows(&self, tape: &Shared) -> bool {
        self.tape.borrow().as_ref().is_some_and(|shown| Rc::ptr_eq(shown, tape))
    }

    /// Draws it, where it has a figure: a check of many runs has none.
    fn draw(&self, tape: &Shared) {
        let drawn = tape.borrow();
        let Some(run) = drawn.timeline.run().filter(|_| *self.shown.borrow() != CHECK) else {
            return;
        };
        if let Some(lab) = self.page.lab(&self.lab) {
            say(&self.part(".sr-picture-name"), &words::ran(lab, run));
        }
        self.picture.show(tape);
    }

    /// Tells the timelines and questions of this page.
    fn tell(&self, ended: bool) {
        let tape = self.tape.borrow().clone();
        tape.iter().for_each(|tape| self.draw(tape));
        // A check is many runs, and none of theirs.
        if let Some(tape) = tape.as_ref().filter(|_| *self.shown.borrow() != CHECK) {
            let (lab, variant) = (&self.lab, self.shown.borrow().clone());
            self.page.tell(&Signal::Run { lab, variant: &variant, tape, ended });
        }
    }

    /// It is over.
    fn over(&'static self, line: &str, class: &str) {
        let go = self.page.site.verb(&self.lab);
        say(&self.part(".sr-go"), &format!("{go} {} again", self.variant));
        self.let_begin(true);
        say(&self.part(".sr-progress"), "");
        self.status(line, class);
        self.draw_transcript();
        self.keep_in_sight();
    }

    /// Whether another run may begin.
    fn let_begin(&self, may: bool) {
        self.may_begin.set(may);
        dom::all(&self.root, ".sr-go, .sr-mine").iter().for_each(|b| enable(b, may));
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
