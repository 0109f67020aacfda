//! Where a run's text is shown: xterm.js, or a plain `<pre>` where it cannot be had.

use crate::dom::{self, Redraw, part};
use crate::{site::Site, xterm, xterm::Xterm};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::transcript;
use web_sys::{HtmlElement, ResizeObserver};

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
    Terminal(Rc<Xterm>),
    Plain(Rc<RefCell<Vec<u8>>>, Redraw),
}

#[derive(Clone)]
pub struct Screen(Rc<Inner>);

struct Inner {
    site: Rc<Site>,
    /// Where it is; the page's style gives its height.
    host: HtmlElement,
    kind: RefCell<Kind>,
    /// Whether what was shown last ended its line.
    line_ended: Cell<bool>,
}

impl Screen {
    pub fn new(site: Rc<Site>, host: HtmlElement) -> Self {
        let (kind, line_ended) = (RefCell::new(Kind::Blank), Cell::new(true));
        Self(Rc::new(Inner { site, host, kind, line_ended }))
    }

    /// Shows bytes of a lab. Calls `done` when they are taken in.
    pub fn write(&self, bytes: &[u8], done: Done) {
        self.wake();
        if let Some(last) = bytes.last() {
            self.0.line_ended.set(*last == b'\n');
        }
        match &mut *self.0.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => writes.push((bytes.to_vec(), done)),
            Kind::Terminal(xterm) => xterm.write(bytes, done),
            Kind::Plain(all, draw) => {
                let mut all = all.borrow_mut();
                all.extend_from_slice(bytes);
                let over = all.len().saturating_sub(PLAIN_MAX);
                all.drain(..over);
                draw.ask();
                // Not with the frame: a hidden page draws none, and its run goes on.
                dom::after(10, done);
            }
        }
    }

    /// Shows a line of our own, on a line of its own.
    pub fn note(&self, text: &str) {
        let begin: &[u8] = if self.0.line_ended.get() { b"\x1b[2m" } else { b"\r\n\x1b[2m" };
        self.write(&[END_OPEN, begin, text.as_bytes(), b"\x1b[0m\r\n"].concat(), Box::new(|| {}));
    }

    /// Begins anew.
    pub fn clear(&self) {
        self.wake();
        self.0.line_ended.set(true);
        let mut cleared = vec![];
        match &mut *self.0.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => cleared = std::mem::take(writes),
            Kind::Terminal(xterm) => {
                let this = xterm.clone();
                // In its turn: what was written before is taken in before it is cleared.
                xterm.write(END_OPEN, Box::new(move || this.reset()));
            }
            Kind::Plain(all, draw) => {
                all.borrow_mut().clear();
                draw.ask();
            }
        }
        // What was cleared away counts as taken in.
        cleared.into_iter().for_each(|(_, done)| done());
    }

    pub fn repaint(&self) {
        if let Kind::Terminal(xterm) = &*self.0.kind.borrow() {
            xterm.repaint();
        }
    }

    /// The first use loads the terminal.
    fn wake(&self) {
        if !matches!(*self.0.kind.borrow(), Kind::Blank) {
            return;
        }
        *self.0.kind.borrow_mut() = Kind::Loading(vec![]);
        dom::show(&self.0.host, true);
        let this = self.clone();
        match &self.0.site.xterm {
            Some(_) => xterm::load(&self.0.site, Box::new(move |loaded| this.open(loaded))),
            None => self.open(false),
        }
    }

    fn open(&self, loaded: bool) {
        let xterm = if loaded { Xterm::open(&self.0.host).ok() } else { None };
        let kind = match xterm {
            Some(xterm) => self.terminal(Rc::new(xterm)),
            None => self.plain(),
        };
        let Kind::Loading(waiting) = self.0.kind.replace(kind) else { return };
        for (bytes, done) in waiting {
            self.write(&bytes, done);
        }
    }

    fn terminal(&self, xterm: Rc<Xterm>) -> Kind {
        let this = xterm.clone();
        if let Ok(observer) = ResizeObserver::new(&dom::callback(Box::new(move || this.refit()))) {
            observer.observe(&self.0.host);
        }
        Kind::Terminal(xterm)
    }

    fn plain(&self) -> Kind {
        self.0.host.set_inner_html(PLAIN);
        self.0.host.remove_attribute("aria-hidden").unwrap_or_default();
        let pre = part(&self.0.host, "pre");
        let all: Rc<RefCell<Vec<u8>>> = Rc::default();
        let text = all.clone();
        let draw = Redraw::new(Rc::new(move || {
            pre.set_inner_html(&transcript::html(&text.borrow()));
            pre.set_scroll_top(pre.scroll_height());
        }));
        Kind::Plain(all, draw)
    }
}
