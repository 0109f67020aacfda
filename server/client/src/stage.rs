//! What one run is shown on, live or recorded: terminal, replay, verdict line, transcript.

use crate::dom::{self, add, attr, el, el_with, say};
use crate::page::{Page, Signal};
use crate::player::{Player, Track};
use crate::screen::Screen;
use crate::tape::Tape;
use crate::transcript::Transcript;
use std::cell::RefCell;
use std::rc::Rc;
use web_sys::HtmlElement;

pub struct Stage {
    pub page: Rc<Page>,
    pub root: HtmlElement,
    pub lab: String,
    pub variant: String,
    pub screen: Screen,
    pub player: Rc<Player>,
    status: HtmlElement,
    /// What the reader said before the run.
    guess: HtmlElement,
    transcript: Transcript,
    tape: RefCell<Option<Rc<RefCell<Tape>>>>,
}

impl Stage {
    /// For a widget that names a lab and a variant.
    pub fn new(page: &Rc<Page>, root: &HtmlElement) -> Rc<Self> {
        let data = |name: &str| dom::get(root, name).unwrap_or_default();
        let (lab, variant) = (data("data-lab"), data("data-variant"));
        let name = format!("{lab} {variant}");
        let this = Rc::new(Self {
            screen: page.screen(),
            player: Player::new(&name),
            status: el("p", "sr-status"),
            guess: el("p", "sr-guess"),
            transcript: Transcript::new(&name),
            tape: RefCell::default(),
            page: page.clone(),
            root: root.clone(),
            lab,
            variant,
        });
        this.listen();
        this
    }

    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.player.on_move(move |at| this.page.tell(&this.at(at)));
        let this = self.clone();
        self.page.hear(move |signal| match signal {
            Signal::At { lab, variant, at } if *lab == this.lab && *variant == this.variant => {
                this.player.seek(*at);
            }
            _ => {}
        });
    }

    fn at(&self, at: u64) -> Signal {
        Signal::At { lab: self.lab.clone(), variant: self.variant.clone(), at }
    }

    /// Everything, under a bar with the controls of a live or a recorded run.
    pub fn lay_out(&self, bar: &HtmlElement, note: Option<&str>) {
        attr(&self.status, "role", "status");
        let panel = el("div", "sr-panel");
        attr(&panel, "role", "group");
        attr(&panel, "aria-label", &format!("{}, {}", self.lab, self.variant));
        add(&panel, [bar]);
        if let Some(note) = note {
            add(&panel, [&el_with("p", "sr-note", note)]);
        }
        let rest = [&self.screen.host, &self.player.bar, &self.status, &self.guess];
        add(&panel, rest);
        add(&panel, [&self.transcript.details]);
        add(&self.root, [&panel]);
    }

    /// Another run begins.
    pub fn clear(&self) {
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| dom::show(f, false));
        *self.tape.borrow_mut() = None;
        self.player.unload();
        say(&self.status, "");
        say(&self.guess, "");
        attr(&self.status, "class", "sr-status");
        self.screen.clear();
        self.transcript.clear();
    }

    /// This is the run that is shown.
    pub fn of(&self, tape: &Rc<RefCell<Tape>>) {
        *self.tape.borrow_mut() = Some(tape.clone());
        self.transcript.of(tape);
    }

    /// It is over. `guess`: what the reader had said.
    pub fn over(&self, line: &str, class: &str) {
        attr(&self.status, "class", &format!("sr-status {class}"));
        say(&self.status, line);
        say(&self.guess, &self.page.guess(&self.root.id()).unwrap_or_default());
        self.transcript.draw();
    }

    /// A run that was shown as it went can be gone through again.
    pub fn replayable(&self) {
        let Some(tape) = self.tape.borrow().clone() else { return };
        let end = tape.borrow().now;
        self.player.load(vec![Track::new(tape, self.screen.clone()).shown()], end);
    }

    /// Tells the timelines of this page.
    pub fn tell(&self, ended: bool) {
        let Some(tape) = self.tape.borrow().clone() else { return };
        let (lab, variant) = (self.lab.clone(), self.variant.clone());
        self.page.tell(&Signal::Run { lab, variant, tape, ended });
    }
}
