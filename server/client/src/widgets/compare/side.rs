//! One of the two: its terminal, its figure, and the run or the recording in them.

use crate::browser::dom::{attr, part, say};
use crate::page::Page;
use crate::page::picture::Picture;
use crate::page::screen::Screen;
use crate::run::Shared;
use crate::run::live::Live;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::HtmlElement;

pub(super) struct Side {
    /// Where it stands: buggy on the left, fixed on the right.
    pub(super) place: &'static str,
    /// What is run there: the reader's own takes the place of the buggy one.
    pub(super) variant: Cell<&'static str>,
    pub(super) root: HtmlElement,
    pub(super) screen: &'static Screen,
    pub(super) picture: &'static Picture,
    pub(super) live: RefCell<Option<Rc<Live>>>,
    pub(super) tape: RefCell<Option<Shared>>,
    /// What its line says once the clock is at the end.
    pub(super) said: RefCell<String>,
}

impl Side {
    pub(super) fn new(page: &Page, root: &HtmlElement, variant: &'static str) -> Self {
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

    pub(super) fn clear(&'static self) {
        attr(&part(&self.root, ".sr-side-line"), "class", "sr-side-line");
        *self.tape.borrow_mut() = None;
        *self.live.borrow_mut() = None;
        self.say("");
        self.screen.clear();
    }

    pub(super) fn say(&self, line: &str) {
        say(&part(&self.root, ".sr-side-line"), line);
    }

    /// What is shown when it is over, if it is; to one who waits, the recording.
    pub(super) fn finished(&self, waits: bool) -> Option<Shared> {
        let live = self.live.borrow();
        match &*live {
            Some(live) if !waits => (!live.running()).then(|| live.tape.clone()),
            _ => self.tape.borrow().clone(),
        }
    }
}
