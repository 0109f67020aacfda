//! What the widgets of one page share, and how they hear of each other.

use crate::question;
use crate::screen::Screen;
use crate::site::Site;
use crate::tape::Tape;
use std::cell::RefCell;
use std::rc::Rc;
use still_running_protocol::{LabInfo, Labs};

/// Knobs by name, with their values as one would type them. A handful: a list is as good as a map, and smaller.
pub type Knobs = Vec<(String, String)>;

pub fn value<'a>(knobs: &'a Knobs, name: &str) -> Option<&'a str> {
    knobs.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

/// What one widget tells the others.
#[derive(Clone)]
pub enum Signal {
    /// The reader turned a knob of this lab.
    Knobs { lab: String },
    /// A run of this lab and variant begins, grows or ends.
    Run { lab: String, variant: String, tape: Rc<RefCell<Tape>>, ended: bool },
    /// A run is shown as it stood at that lab time, in microseconds.
    At { lab: String, variant: String, at: u64 },
}

pub struct Page {
    pub site: Rc<Site>,
    /// What the server can run; in a recorded site, what was recorded.
    pub labs: Option<Labs>,
    /// Why the server did not say what it can run.
    pub trouble: Option<String>,
    screens: RefCell<Vec<Screen>>,
    turned: RefCell<Vec<(String, Knobs)>>,
    listeners: RefCell<Vec<Rc<dyn Fn(&Signal)>>>,
    /// Widgets, and the question whose prediction each shows.
    predictions: Vec<(String, String)>,
}

impl Page {
    pub fn new(site: Site, labs: Result<Labs, String>) -> Rc<Self> {
        let (labs, trouble) = match labs {
            Ok(labs) => (Some(labs), None),
            Err(why) => (None, Some(why)),
        };
        Rc::new(Self {
            site: Rc::new(site),
            labs,
            trouble,
            screens: RefCell::default(),
            turned: RefCell::default(),
            listeners: RefCell::default(),
            predictions: question::assign(),
        })
    }

    pub fn screen(&self) -> Screen {
        let screen = Screen::new(self.site.clone());
        self.screens.borrow_mut().push(screen.clone());
        screen
    }

    /// The book's theme has changed.
    pub fn repaint(&self) {
        self.screens.borrow().iter().for_each(Screen::repaint);
    }

    pub fn lab(&self, slug: &str) -> Option<&LabInfo> {
        self.labs.as_ref()?.labs.iter().find(|l| l.lab.slug == slug)
    }

    /// What the reader set the knobs of a lab to; those left alone are not in it.
    pub fn turned(&self, lab: &str) -> Knobs {
        let turned = self.turned.borrow();
        turned.iter().find(|(l, _)| l == lab).map(|(_, k)| k.clone()).unwrap_or_default()
    }

    /// What a run of that lab is asked for: the chapter's values, and over them the reader's.
    pub fn knobs(&self, lab: &str, preset: &Knobs) -> Knobs {
        let mut knobs = self.turned(lab);
        for (name, asked) in preset {
            if value(&knobs, name).is_none() {
                knobs.push((name.clone(), asked.clone()));
            }
        }
        knobs
    }

    /// What the reader had predicted for the run that a widget shows, now that it is over.
    pub fn guess(&self, widget: &str) -> Option<String> {
        let (_, question) = self.predictions.iter().find(|(w, _)| w == widget)?;
        question::outcome(question)
    }

    pub fn turn(&self, lab: &str, knobs: Knobs) {
        self.turned.borrow_mut().retain(|(l, _)| l != lab);
        self.turned.borrow_mut().push((lab.to_owned(), knobs));
        self.tell(&Signal::Knobs { lab: lab.to_owned() });
    }

    pub fn hear(&self, f: impl Fn(&Signal) + 'static) {
        self.listeners.borrow_mut().push(Rc::new(f));
    }

    pub fn tell(&self, signal: &Signal) {
        // A listener may tell something itself.
        let listeners = self.listeners.borrow().clone();
        listeners.iter().for_each(|f| f(signal));
    }
}
