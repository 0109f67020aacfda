//! All a run printed, as text that can be read aloud, searched and copied. Drawn when it is opened.

use crate::dom::{self, add, attr, el, el_with, on};
use crate::tape::Tape;
use std::cell::RefCell;
use std::rc::Rc;
use still_running_view::transcript;
use web_sys::HtmlElement;

pub struct Transcript {
    pub details: HtmlElement,
    pre: HtmlElement,
    tape: Rc<RefCell<Option<Rc<RefCell<Tape>>>>>,
}

impl Transcript {
    pub fn new(of: &str) -> Self {
        let details = el("details", "sr-full");
        let summary = el_with("summary", "", "Transcript");
        let pre = el("pre", "");
        for (name, value) in
            [("tabindex", "0"), ("role", "region"), ("aria-label", &*format!("Transcript of {of}"))]
        {
            attr(&pre, name, value);
        }
        add(&details, [&summary, &pre]);
        dom::show(&details, false);
        let this = Self { details, pre, tape: Rc::default() };
        let (tape, pre) = (this.tape.clone(), this.pre.clone());
        on(&this.details, "toggle", move |_| draw(&pre, &tape));
        this
    }

    pub fn of(&self, tape: &Rc<RefCell<Tape>>) {
        *self.tape.borrow_mut() = Some(tape.clone());
        dom::show(&self.details, true);
    }

    pub fn clear(&self) {
        *self.tape.borrow_mut() = None;
        self.pre.set_text_content(None);
    }

    /// Draws it anew where it is open.
    pub fn draw(&self) {
        if self.details.has_attribute("open") {
            draw(&self.pre, &self.tape);
        }
    }
}

fn draw(pre: &HtmlElement, tape: &RefCell<Option<Rc<RefCell<Tape>>>>) {
    let Some(tape) = tape.borrow().clone() else { return };
    let tape = tape.borrow();
    let cut = match tape.cut {
        0 => String::new(),
        bytes => format!("[the first {bytes} bytes are no longer kept]\n"),
    };
    pre.set_inner_html(&(cut + &transcript::html(&tape.whole())));
}
