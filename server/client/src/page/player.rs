//! One clock over one or two runs: play, pause, seek, speed, step to the next thing that happened.

use crate::browser::dom::{self, attr, part, say, set_value, value};
use crate::browser::keep::keep;
use crate::page::screen::Screen;
use crate::run::Shared;
use labkit_wire::text::whole;
use std::cell::{Cell, RefCell};
use still_running_view::text::time;
use web_sys::HtmlElement;

/// How many µs of lab time pass in one of real time. The first at which a run takes a few seconds is the one to begin
/// with. The markup below has their names.
const SPEEDS: [f64; 7] = [1.0, 0.5, 0.2, 0.1, 0.02, 0.005, 0.0005];
/// How long a replay should take at least, in µs.
const LONG_ENOUGH: f64 = 4e6;
/// The steps of the slider over a whole run.
const STEPS: f64 = 1000.0;

/// The controls of a player; `of` is what it plays, escaped.
pub fn markup(of: &str) -> String {
    format!(
        "<div class=\"sr-bar sr-player\" role=\"group\" aria-label=\"Replay of {of}\" hidden>\
         <button type=\"button\" class=\"sr-play\" data-do=\"click play\">Play</button>\
         <button type=\"button\" class=\"sr-step\" data-do=\"click step\">Next event</button>\
         <input type=\"range\" class=\"sr-slider\" data-do=\"input slide\" min=\"0\" max=\"1000\" aria-label=\"Time in the run of {of}\">\
         <span class=\"sr-clock\"></span>\
         <select class=\"sr-speed\" aria-label=\"Speed of {of}\"><option value=\"0\">as it was<option value=\"1\">½ of the speed\
         <option value=\"2\">⅕ of the speed<option value=\"3\">1/10 of the speed<option value=\"4\">1/50 of the speed\
         <option value=\"5\">1/200 of the speed<option value=\"6\">1/2000 of the speed</select></div>"
    )
}

pub struct Player {
    bar: HtmlElement,
    tracks: RefCell<Vec<Track>>,
    /// Where the clock stands, in µs of lab time.
    at: Cell<f64>,
    playing: Cell<bool>,
    /// When the last frame was drawn, in ms.
    frame: Cell<Option<f64>>,
    over: RefCell<Option<Box<dyn FnOnce()>>>,
    /// Told the lab time whenever this player moves its clock.
    moved: Box<dyn Fn(u64)>,
}

/// A run, and where it is shown up to.
pub struct Track {
    pub tape: Shared,
    pub screen: &'static Screen,
    place: Cell<(usize, usize)>,
}

impl Track {
    pub fn new(tape: &Shared, screen: &'static Screen) -> Self {
        Self { tape: tape.clone(), screen, place: Cell::default() }
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
            self.screen.write(&text, Box::new(|| {}));
        }
    }
}

impl Player {
    /// For the [`markup`] in `root`.
    pub fn new(root: &HtmlElement, moved: Box<dyn Fn(u64)>) -> &'static Self {
        keep(Self {
            bar: part(root, ".sr-player"),
            tracks: RefCell::default(),
            at: Cell::default(),
            playing: Cell::default(),
            frame: Cell::default(),
            over: RefCell::default(),
            moved,
        })
    }

    /// What the reader did to the controls; whether it was one of them.
    pub fn act(&'static self, what: &str) -> bool {
        match what {
            "play" if self.playing.get() => self.pause(),
            "play" => self.play(),
            "step" => self.step(),
            "slide" => {
                let step = whole(&value(&part(&self.bar, ".sr-slider"))).unwrap_or(0);
                self.pause();
                self.move_to((step as f64 / STEPS * self.end()).round());
            }
            _ => return false,
        }
        true
    }

    /// Calls `f` once, when the end of what is loaded is first reached.
    pub fn on_end(&self, f: Box<dyn FnOnce()>) {
        *self.over.borrow_mut() = Some(f);
    }

    /// Takes runs, and stands at the moment where they are shown up to.
    pub fn load(&self, tracks: Vec<Track>, at: u64) {
        *self.tracks.borrow_mut() = tracks;
        let end = self.end();
        let fits = SPEEDS.iter().position(|speed| end / speed >= LONG_ENOUGH);
        let speed = fits.unwrap_or(SPEEDS.len() - 1);
        set_value(&part(&self.bar, ".sr-speed"), &speed.to_string());
        self.at.set(at as f64);
        self.pause();
        dom::show(&self.bar, true);
    }

    pub fn unload(&self) {
        self.tracks.borrow_mut().clear();
        self.over.take();
        self.pause();
        dom::show(&self.bar, false);
    }

    /// From the beginning; where motion is not wanted, the end is shown at once.
    pub fn play(&'static self) {
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

    fn pause(&self) {
        self.playing.set(false);
        self.draw();
    }

    /// Where somebody else moved the clock to.
    pub fn seek(&self, at: u64) {
        // Its own moves come back to it, in whole µs.
        if at != self.at.get() as u64 && !self.tracks.borrow().is_empty() {
            self.pause();
            self.set(at as f64);
        }
    }

    fn step(&self) {
        self.pause();
        let now = self.at.get() as u64;
        let mut next = self.end();
        for track in &*self.tracks.borrow() {
            next = track.tape.borrow().moment_after(now).map_or(next, |at| next.min(at as f64));
        }
        self.move_to(next);
    }

    fn next(&'static self) {
        dom::next_frame(Box::new(|now| self.tick(now)));
    }

    fn tick(&'static self, now: f64) {
        if !self.playing.get() {
            return;
        }
        let passed = self.frame.replace(Some(now)).map_or(0.0, |before| now - before);
        let chosen = whole(&value(&part(&self.bar, ".sr-speed"))).unwrap_or(0);
        let at = self.at.get() + passed * 1e3 * SPEEDS[(chosen as usize).min(SPEEDS.len() - 1)];
        let end = self.end();
        if at >= end {
            self.playing.set(false);
        }
        self.move_to(at.min(end));
        if self.playing.get() {
            self.next();
        }
    }

    fn end(&self) -> f64 {
        let tracks = self.tracks.borrow();
        tracks.iter().fold(0, |end, t| t.tape.borrow().now.max(end)) as f64
    }

    fn move_to(&self, at: f64) {
        self.set(at);
        (self.moved)(at as u64);
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
        say(&part(&self.bar, ".sr-play"), if self.playing.get() { "Pause" } else { "Play" });
        let (at, end) = (self.at.get(), self.end().max(1.0));
        let said = format!("{} of {}", time(at as u64), time(end as u64));
        let slider = part(&self.bar, ".sr-slider");
        set_value(&slider, &((at / end * STEPS) as u64).to_string());
        attr(&slider, "aria-valuetext", &said);
        say(&part(&self.bar, ".sr-clock"), &said);
    }
}
