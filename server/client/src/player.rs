//! One clock over one or two runs: play, pause, seek, speed, step to the next thing that happened.

use crate::dom::{self, add, attr, button, el, el_with, on, say};
use crate::screen::Screen;
use crate::tape::Tape;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::text::time;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

/// Lab time to real time. The first whose replay of a run takes a few seconds is the one it begins with.
const SPEEDS: [(f64, &str); 7] = [
    (1.0, "as it was"),
    (0.5, "½ of the speed"),
    (0.2, "⅕ of the speed"),
    (0.1, "1/10 of the speed"),
    (0.02, "1/50 of the speed"),
    (0.005, "1/200 of the speed"),
    (0.0005, "1/2000 of the speed"),
];
/// How long a replay should take at least, in seconds.
const LONG_ENOUGH: f64 = 4.0;
/// The steps of the slider over a whole run.
const STEPS: f64 = 1000.0;

pub struct Player {
    pub bar: HtmlElement,
    play: HtmlElement,
    slider: HtmlElement,
    speed: HtmlElement,
    clock: HtmlElement,
    tracks: RefCell<Vec<Track>>,
    /// Where the clock stands, in µs of lab time.
    at: Cell<f64>,
    playing: Cell<bool>,
    /// When the last frame was drawn, in ms.
    frame: Cell<Option<f64>>,
    moved: RefCell<Option<Rc<dyn Fn(u64)>>>,
    over: RefCell<Option<Box<dyn FnOnce()>>>,
}

/// A run, and where it is shown up to.
pub struct Track {
    pub tape: Rc<RefCell<Tape>>,
    pub screen: Screen,
    /// The piece that comes next, and how much of it is shown.
    place: Cell<(usize, usize)>,
}

impl Track {
    pub fn new(tape: Rc<RefCell<Tape>>, screen: Screen) -> Self {
        Self { tape, screen, place: Cell::default() }
    }

    /// All of it is on the screen already.
    pub fn shown(self) -> Self {
        self.place.set(self.tape.borrow().place_after(u64::MAX));
        self
    }

    fn show(&self, at: u64) {
        let tape = self.tape.borrow();
        let to = tape.place_after(at);
        if self.place.get() > to {
            self.screen.clear();
            self.place.set((0, 0));
        }
        let text = tape.text_between(self.place.replace(to), to);
        if !text.is_empty() {
            self.screen.write(&text, || {});
        }
    }
}

impl Player {
    pub fn new(of: &str) -> Rc<Self> {
        let this = Rc::new_cyclic(|weak: &std::rc::Weak<Self>| {
            let call = |f: fn(&Rc<Self>)| {
                let weak = weak.clone();
                move || weak.upgrade().iter().for_each(f)
            };
            let bar = el("div", "sr-bar sr-player");
            let (slider, speed, clock) = (slider(of), speeds(of), el("span", "sr-clock"));
            let play = button("sr-play", "Play", call(Self::toggle));
            let step = button("sr-step", "Next event", call(Self::step));
            add(&bar, [&play, &step, &slider, &clock, &speed]);
            attr(&bar, "role", "group");
            attr(&bar, "aria-label", &format!("Replay of {of}"));
            dom::show(&bar, false);
            Self {
                bar,
                play,
                slider,
                speed,
                clock,
                tracks: RefCell::default(),
                at: Cell::default(),
                playing: Cell::default(),
                frame: Cell::default(),
                moved: RefCell::default(),
                over: RefCell::default(),
            }
        });
        let player = this.clone();
        on(&this.slider, "input", move |_| player.slid());
        this
    }

    /// Calls `f` with the lab time whenever this player's own controls move the clock.
    pub fn on_move(&self, f: impl Fn(u64) + 'static) {
        *self.moved.borrow_mut() = Some(Rc::new(f));
    }

    /// Calls `f` once, when the end of what is loaded is first reached.
    pub fn on_end(&self, f: impl FnOnce() + 'static) {
        *self.over.borrow_mut() = Some(Box::new(f));
    }

    /// Takes runs, and stands at the moment where they are shown up to.
    pub fn load(self: &Rc<Self>, tracks: Vec<Track>, at: u64) {
        self.pause();
        *self.tracks.borrow_mut() = tracks;
        let seconds = self.end() / 1e6;
        let fits = SPEEDS.iter().position(|(speed, _)| seconds / speed >= LONG_ENOUGH);
        let speed = fits.unwrap_or(SPEEDS.len() - 1);
        self.speed.unchecked_ref::<HtmlInputElement>().set_value(&speed.to_string());
        self.at.set(at as f64);
        self.draw();
        dom::show(&self.bar, true);
    }

    pub fn unload(&self) {
        self.pause();
        self.tracks.borrow_mut().clear();
        self.over.take();
        dom::show(&self.bar, false);
    }

    /// From the beginning; where motion is not wanted, the end is shown at once.
    pub fn play(self: &Rc<Self>) {
        if dom::reduced_motion() {
            return self.move_to(self.end());
        }
        if self.at.get() >= self.end() {
            self.move_to(0.0);
        }
        self.playing.set(true);
        self.frame.set(None);
        self.draw();
        self.next();
    }

    pub fn pause(&self) {
        self.playing.set(false);
        self.draw();
    }

    /// Where somebody else moved the clock to.
    pub fn seek(&self, at: u64) {
        if at as f64 != self.at.get() && !self.tracks.borrow().is_empty() {
            self.pause();
            self.set(at as f64);
        }
    }

    fn toggle(self: &Rc<Self>) {
        match self.playing.get() {
            true => self.pause(),
            false => self.play(),
        }
    }

    fn step(self: &Rc<Self>) {
        self.pause();
        let now = self.at.get() as u64;
        let tracks = self.tracks.borrow();
        let next = tracks.iter().filter_map(|t| t.tape.borrow().moment_after(now)).min();
        drop(tracks);
        self.move_to(next.map_or(self.end(), |at| at as f64));
    }

    fn slid(self: &Rc<Self>) {
        let value = self.slider.unchecked_ref::<HtmlInputElement>().value_as_number();
        self.pause();
        self.move_to((value / STEPS * self.end()).round());
    }

    fn next(self: &Rc<Self>) {
        let this = self.clone();
        dom::next_frame(move |now| this.tick(now));
    }

    fn tick(self: &Rc<Self>, now: f64) {
        if !self.playing.get() {
            return;
        }
        let passed = self.frame.replace(Some(now)).map_or(0.0, |before| now - before);
        let at = self.at.get() + passed * 1e3 * self.rate();
        let end = self.end();
        if at >= end {
            self.playing.set(false);
        }
        self.move_to(at.min(end));
        if self.playing.get() {
            self.next();
        }
    }

    fn rate(&self) -> f64 {
        let value = self.speed.unchecked_ref::<HtmlInputElement>().value();
        let chosen = value.parse().ok().and_then(|i: usize| SPEEDS.get(i));
        chosen.unwrap_or(&SPEEDS[0]).0
    }

    fn end(&self) -> f64 {
        let tracks = self.tracks.borrow();
        tracks.iter().map(|t| t.tape.borrow().now).max().unwrap_or(0) as f64
    }

    fn move_to(&self, at: f64) {
        self.set(at);
        let moved = self.moved.borrow().clone();
        if let Some(moved) = moved {
            moved(at as u64);
        }
    }

    fn set(&self, at: f64) {
        self.at.set(at);
        self.tracks.borrow().iter().for_each(|t| t.show(at as u64));
        self.draw();
        let over = if at >= self.end() { self.over.take() } else { None };
        if let Some(over) = over {
            over();
        }
    }

    fn draw(&self) {
        say(&self.play, if self.playing.get() { "Pause" } else { "Play" });
        let (at, end) = (self.at.get(), self.end().max(1.0));
        let said = format!("{} of {}", time(at as u64), time(end as u64));
        let share = (at / end * STEPS).round();
        self.slider.unchecked_ref::<HtmlInputElement>().set_value(&share.to_string());
        attr(&self.slider, "aria-valuetext", &said);
        say(&self.clock, &said);
    }
}

fn slider(of: &str) -> HtmlElement {
    let slider = el("input", "sr-slider");
    for (name, value) in [
        ("type", "range"),
        ("min", "0"),
        ("max", "1000"),
        ("aria-label", &*format!("Time in the run of {of}")),
    ] {
        attr(&slider, name, value);
    }
    slider
}

fn speeds(of: &str) -> HtmlElement {
    let select = el("select", "sr-speed");
    attr(&select, "aria-label", &format!("Speed of {of}"));
    for (i, (_, name)) in SPEEDS.iter().enumerate() {
        let option = el_with("option", "", name);
        attr(&option, "value", &i.to_string());
        add(&select, [&option]);
    }
    select
}
