//! A run's timeline as it is drawn: it grows with the run, can be zoomed, and follows the clock.

use crate::browser::dom::{self, attr, get};
use crate::browser::keep::keep;
use crate::run::Shared;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::{View, svg};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, PointerEvent};

/// The smallest part of a run that is shown, in µs.
const SMALLEST: u64 = 100;

/// Where a picture is drawn; `what` is what its widget is told when the reader points into it.
pub fn markup(what: &str) -> String {
    format!("<div class=\"sr-tl-frame\" data-do=\"pointer {what}\"></div>")
}

pub struct Picture {
    host: HtmlElement,
    id: String,
    tape: RefCell<Option<Shared>>,
    /// The part that is shown, in µs; none: the whole run.
    part: Cell<Option<(u64, u64)>>,
    cursor: Cell<Option<u64>>,
    /// At least this much time, so that two runs have one scale.
    least: Cell<u64>,
    waits: Cell<bool>,
    pressed: Cell<bool>,
}

impl Picture {
    /// In `host`, of our [`markup`]. `id`: unique in the whole book.
    pub fn new(host: HtmlElement, id: String) -> &'static Self {
        let this = keep(Self {
            host,
            id,
            tape: RefCell::default(),
            part: Cell::default(),
            cursor: Cell::default(),
            least: Cell::default(),
            waits: Cell::default(),
            pressed: Cell::default(),
        });
        dom::on_resize(&this.host, Box::new(|| this.redraw()));
        this
    }

    fn redraw(&'static self) {
        dom::redraw(&self.waits, Box::new(|| self.draw()));
    }

    /// Another run, as a whole.
    pub fn show(&'static self, tape: &Shared) {
        let same = self.tape.borrow().as_ref().is_some_and(|t| Rc::ptr_eq(t, tape));
        if !same {
            *self.tape.borrow_mut() = Some(tape.clone());
            self.part.set(None);
            self.cursor.set(None);
            self.least.set(0);
        }
        self.redraw();
    }

    /// As much time as the longer of two runs.
    pub fn at_least(&'static self, end: u64) {
        self.least.set(end);
        self.redraw();
    }

    pub fn cursor(&'static self, at: Option<u64>) {
        if self.cursor.replace(at) != at {
            self.redraw();
        }
    }

    /// Shows `factor` times as much time, around the clock's hand where it can be seen.
    pub fn zoom(&'static self, factor: f64) {
        let (from, to) = self.range();
        let middle = match self.cursor.get() {
            Some(at) if (from..=to).contains(&at) => at,
            _ => from + (to - from) / 2,
        };
        let width = ((to - from) as f64 * factor) as u64;
        let share = (middle - from) as f64 / (to - from).max(1) as f64;
        self.look(middle.saturating_sub((width as f64 * share) as u64), width);
    }

    /// Moves on by a share of what is shown.
    pub fn pan(&'static self, share: f64) {
        let (from, to) = self.range();
        let by = (to - from) as f64 * share;
        self.look((from as f64 + by).max(0.0) as u64, to - from);
    }

    pub fn whole(&'static self) {
        self.part.set(None);
        self.redraw();
    }

    fn look(&'static self, from: u64, width: u64) {
        let end = self.end();
        let width = width.max(SMALLEST);
        self.part.set((width < end).then(|| {
            let from = from.min(end - width);
            (from, from + width)
        }));
        self.redraw();
    }

    pub fn end(&self) -> u64 {
        let tape = self.tape.borrow();
        tape.as_ref().map_or(0, |t| t.borrow().now).max(self.least.get())
    }

    fn range(&self) -> (u64, u64) {
        self.part.get().unwrap_or((0, self.end()))
    }

    fn view(&self) -> View {
        let (from, to) = self.range();
        let width = f64::from(self.host.client_width());
        View { width, from, to, cursor: self.cursor.get(), id: self.id.clone() }
    }

    fn draw(&self) {
        let Some(tape) = self.tape.borrow().clone() else { return };
        let view = self.view();
        if view.width < 1.0 {
            return;
        }
        let focused = self.focused();
        self.host.set_inner_html(&svg(&tape.borrow().timeline, &view));
        if let Some(item) =
            focused.and_then(|seq| dom::one(&self.host, &format!("[data-seq='{seq}']")))
        {
            attr(&item, "tabindex", "0");
            item.focus().unwrap_or_default();
        }
    }

    /// Which event has the focus: it keeps it over a redraw.
    fn focused(&self) -> Option<String> {
        let item = dom::one(&self.host, "[data-seq]:focus")?;
        get(&item, "data-seq")
    }

    /// Follows a pressed pointer; gives the lab time it points at.
    pub fn pointer(&self, event: &Event) -> Option<u64> {
        let event: &PointerEvent = event.unchecked_ref();
        match event.type_().as_str() {
            "pointerdown" => self.pressed.set(true),
            "pointermove" => {}
            _ => self.pressed.set(false),
        }
        if !self.pressed.get() || event.buttons() == 0 {
            return None;
        }
        let x = f64::from(event.client_x()) - self.host.get_bounding_client_rect().left();
        Some(self.view().time_at(x))
    }
}
