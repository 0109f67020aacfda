//! Where a run's text is shown: xterm.js, or a plain `<pre>` where it cannot be had.

use crate::browser::dom::{self, part};
use crate::browser::keep::keep;
use crate::browser::site::Site;
use crate::page::xterm;
use crate::page::xterm::Xterm;
use std::cell::{Cell, RefCell};
use still_running_view::transcript;
use web_sys::HtmlElement;

/// A plain `<pre>` keeps this much: without a terminal there is no scrollback that forgets.
const PLAIN_MAX: usize = 256 * 1024;

/// Ends whatever sequence a lab left open, and its colours.
const END_OPEN: &[u8] = b"\x18\x1b[0m";

/// A plain text scrolls by keyboard, and can be read aloud.
const PLAIN: &str = "<p class=\"sr-note\">The terminal could not be loaded; this is the plain text.</p>\
    <pre class=\"sr-plain\" tabindex=\"0\" role=\"region\" aria-label=\"Output of the run\"></pre>";

/// Called when bytes were taken in.
type Done = Box<dyn FnOnce()>;

enum Kind {
    /// Nothing was shown yet: the terminal is not even loaded.
    Blank,
    Loading(Vec<(Vec<u8>, Done)>),
    Terminal(&'static Xterm),
    Plain,
}

pub struct Screen {
    site: &'static Site,
    /// Where it is; the page's style gives its height.
    host: HtmlElement,
    kind: RefCell<Kind>,
    /// Whether what was shown last ended its line.
    line_ended: Cell<bool>,
    /// The text, where it is plain, and whether it waits to be drawn.
    plain: RefCell<Vec<u8>>,
    waits: Cell<bool>,
}

impl Screen {
    pub fn new(site: &'static Site, host: HtmlElement) -> Self {
        let (kind, line_ended) = (RefCell::new(Kind::Blank), Cell::new(true));
        Self { site, host, kind, line_ended, plain: RefCell::default(), waits: Cell::default() }
    }

    /// Shows bytes of a lab. Calls `done` when they are taken in.
    pub fn write(&'static self, bytes: &[u8], done: Done) {
        self.wake();
        if let Some(last) = bytes.last() {
            self.line_ended.set(*last == b'\n');
        }
        match &mut *self.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => writes.push((bytes.to_vec(), done)),
            Kind::Terminal(xterm) => xterm.write(bytes, done),
            Kind::Plain => {
                let mut all = self.plain.borrow_mut();
                all.extend_from_slice(bytes);
                let over = all.len().saturating_sub(PLAIN_MAX);
                all.drain(..over);
                self.redraw();
                // Not with the frame: a hidden page draws none, and its run goes on.
                dom::after(10, done);
            }
        }
    }

    /// Shows a line of our own, on a line of its own.
    pub fn note(&'static self, text: &str) {
        let begin: &[u8] = if self.line_ended.get() { b"\x1b[2m" } else { b"\r\n\x1b[2m" };
        let mut line = END_OPEN.to_vec();
        for part in [begin, text.as_bytes(), b"\x1b[0m\r\n"] {
            line.extend_from_slice(part);
        }
        self.write(&line, Box::new(|| {}));
    }

    /// Begins anew. Its room is there at once; a terminal is loaded for what there is to show, for until then it would be in the
    /// way of what comes to a verdict.
    pub fn clear(&'static self) {
        dom::show(&self.host, true);
        self.line_ended.set(true);
        let mut cleared = vec![];
        match &mut *self.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => cleared = std::mem::take(writes),
            Kind::Terminal(xterm) => {
                let this = *xterm;
                // In its turn: what was written before is taken in before it is cleared.
                xterm.write(END_OPEN, Box::new(|| this.reset()));
            }
            Kind::Plain => {
                self.plain.borrow_mut().clear();
                self.redraw();
            }
        }
        // What was cleared away counts as taken in.
        cleared.into_iter().for_each(|(_, done)| done());
    }

    pub fn repaint(&'static self) {
        if let Kind::Terminal(xterm) = &*self.kind.borrow() {
            xterm.repaint();
        }
    }

    /// The first that is shown loads the terminal.
    fn wake(&'static self) {
        if !matches!(*self.kind.borrow(), Kind::Blank) {
            return;
        }
        *self.kind.borrow_mut() = Kind::Loading(vec![]);
        dom::show(&self.host, true);
        match &self.site.xterm {
            Some(_) => xterm::load(self.site, Box::new(|loaded| self.open(loaded))),
            None => self.open(false),
        }
    }

    fn open(&'static self, loaded: bool) {
        let xterm = if loaded { Xterm::open(&self.host).ok() } else { None };
        let kind = match xterm {
            Some(xterm) => self.terminal(keep(xterm)),
            None => self.plain(),
        };
        let Kind::Loading(waiting) = self.kind.replace(kind) else { return };
        for (bytes, done) in waiting {
            self.write(&bytes, done);
        }
    }

    fn terminal(&'static self, xterm: &'static Xterm) -> Kind {
        dom::on_resize(&self.host, Box::new(|| xterm.refit()));
        Kind::Terminal(xterm)
    }

    fn plain(&self) -> Kind {
        self.host.set_inner_html(PLAIN);
        dom::unset(&self.host, "aria-hidden");
        Kind::Plain
    }

    fn redraw(&'static self) {
        dom::redraw(&self.waits, Box::new(|| self.draw_plain()));
    }

    fn draw_plain(&self) {
        let pre = part(&self.host, "pre");
        pre.set_inner_html(&transcript::html(&self.plain.borrow()));
        pre.set_scroll_top(pre.scroll_height());
    }
}
