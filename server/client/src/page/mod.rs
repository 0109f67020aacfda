//! What the widgets of one page share, and how they hear of the reader and of each other.

pub mod picture;
pub mod player;
pub mod screen;
pub mod transcript;
pub mod xterm;

use crate::browser::dom::{self, data, get};
use crate::browser::json::{Lab, Labs};
use crate::browser::keep::keep;
use crate::browser::site::Site;
use crate::run::{Knobs, Shared, value};
use labkit_wire::text::cut;
use screen::Screen;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, HtmlElement};

/// What one widget tells the others.
pub enum Signal<'a> {
    /// The reader turned a knob of this lab.
    Knobs { lab: &'a str },
    /// A knob of this lab is being moved: what follows knobs may run again.
    Moved { lab: &'a str },
    /// A run of this lab and variant begins, grows or ends.
    Run { lab: &'a str, variant: &'a str, tape: &'a Shared, ended: bool },
    /// A prediction was judged by that run.
    Judged { tape: &'a Shared, said: &'a str },
    /// What this browser kept was forgotten, or came from a file.
    Forgotten,
    /// A run is shown as it stood at that lab time, in microseconds.
    At { lab: &'a str, variant: &'a str, at: u64 },
}

/// An element of the page that came to life.
pub trait Widget {
    /// The reader did something to a part marked `data-do="<event> <what>"`.
    fn act(&'static self, what: &str, event: &Event);
    fn hear(&'static self, _: &Signal<'_>) {}
    /// The page is left, perhaps to be loaded again.
    fn leave(&self) {}
}

pub struct Page {
    pub site: &'static Site,
    /// What the server can run; in a recorded site, what was recorded.
    pub labs: Option<Labs>,
    /// Why the server did not say what it can run.
    pub trouble: Option<String>,
    screens: RefCell<Vec<&'static Screen>>,
    turned: RefCell<Vec<(String, Knobs)>>,
    widgets: RefCell<Vec<&'static dyn Widget>>,
}

/// What a reader does that a widget may want to know. `pointer` stands for four.
const EVENTS: [&str; 8] = [
    "click",
    "input",
    "change",
    "toggle",
    "pointerdown",
    "pointermove",
    "pointerup",
    "pointercancel",
];

impl Page {
    pub fn new(site: Site, labs: Result<Labs, String>) -> &'static Self {
        let (labs, trouble) = match labs {
            Ok(labs) => (Some(labs), None),
            Err(why) => (None, Some(why)),
        };
        keep(Self {
            site: keep(site),
            labs,
            trouble,
            screens: RefCell::default(),
            turned: RefCell::default(),
            widgets: RefCell::default(),
        })
    }

    /// From now on the widget hears of what happens to its element and on its page.
    pub fn adopt(&self, root: &HtmlElement, widget: &'static dyn Widget) {
        let own = root.clone();
        let f: Rc<dyn Fn(&Event)> = Rc::new(move |event| dispatch(&own, widget, event));
        EVENTS.iter().for_each(|name| dom::on(root, name, f.clone()));
        self.widgets.borrow_mut().push(widget);
    }

    pub fn screen(&self, host: HtmlElement) -> &'static Screen {
        let screen = keep(Screen::new(self.site, host));
        self.screens.borrow_mut().push(screen);
        screen
    }

    /// The book's theme has changed.
    pub fn repaint(&self) {
        self.screens.borrow().iter().for_each(|s| s.repaint());
    }

    pub fn lab(&self, slug: &str) -> Option<&'static Lab> {
        self.labs.as_ref()?.labs.iter().find(|l| l.slug == slug).copied()
    }

    /// What the reader set the knobs of a lab to; those left alone are not in it.
    pub fn turned(&self, lab: &str) -> Knobs {
        let turned = self.turned.borrow();
        turned.iter().find(|(l, _)| l == lab).map(|(_, k)| k.clone()).unwrap_or_default()
    }

    /// What a run of that lab is asked for: the chapter's values, and beside them the reader's. Where a section is about
    /// one case, its run is of that case, whatever stands in the form further up.
    pub fn knobs(&self, lab: &str, preset: &Knobs) -> Knobs {
        let mut knobs = preset.clone();
        for (name, turned) in &self.turned(lab) {
            if value(&knobs, name).is_none() {
                knobs.push((name.clone(), turned.clone()));
            }
        }
        knobs
    }

    pub fn turn(&self, lab: &str, knobs: Knobs) {
        self.turned.borrow_mut().retain(|(l, _)| l != lab);
        self.turned.borrow_mut().push((lab.to_owned(), knobs));
        self.tell(&Signal::Knobs { lab });
    }

    pub fn tell(&self, signal: &Signal<'_>) {
        // A widget may tell something itself.
        let widgets = self.widgets.borrow().clone();
        widgets.iter().for_each(|w| w.hear(signal));
    }

    pub fn leave(&self) {
        self.widgets.borrow().iter().for_each(|w| w.leave());
    }
}

fn dispatch(root: &HtmlElement, widget: &'static dyn Widget, event: &Event) {
    let target = event.target().and_then(|t| t.dyn_into::<Element>().ok());
    let Some(part) = target.and_then(|t| dom::around(&t, "[data-do]")) else { return };
    // What is in a widget within this one is that one's.
    if dom::around(&part, "[data-sr]").is_none_or(|inner| inner != *root) {
        return;
    }
    let doing = data(&part, "do");
    let Some((kind, what)) = cut(&doing, ' ') else { return };
    if event.type_().starts_with(kind) && get(&part, "aria-disabled").is_none() {
        widget.act(what, event);
    }
}
