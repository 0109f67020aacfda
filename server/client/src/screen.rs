//! Where a run's text is shown: xterm.js, or a plain `<pre>` where it cannot be had.

use crate::dom::{self, Redraw, add, attr, el, el_with};
use crate::{site::Site, xterm::Xterm};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_view::transcript;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{HtmlElement, ResizeObserver};

/// A plain `<pre>` keeps this much: without a terminal there is no scrollback that forgets.
const PLAIN_MAX: usize = 256 * 1024;

/// Ends whatever sequence a lab left open, and its colours.
const END_OPEN: &[u8] = b"\x18\x1b[0m";

enum Kind {
    /// Nothing was shown yet: the terminal is not even loaded.
    Blank,
    Loading(Vec<Write>),
    Terminal(Rc<Xterm>),
    Plain(Plain),
}

struct Plain {
    bytes: Rc<RefCell<Vec<u8>>>,
    draw: Redraw,
}

struct Write {
    bytes: Vec<u8>,
    done: Box<dyn FnOnce()>,
}

#[derive(Clone)]
pub struct Screen {
    site: Rc<Site>,
    /// Where it is; the page's style gives its height.
    pub host: HtmlElement,
    kind: Rc<RefCell<Kind>>,
    /// Whether what was shown last ended its line.
    line_ended: Rc<Cell<bool>>,
}

impl Screen {
    pub fn new(site: Rc<Site>) -> Self {
        let host = el("div", "sr-screen");
        // People who cannot see it have the status line and the transcript.
        attr(&host, "aria-hidden", "true");
        dom::show(&host, false);
        Self { site, host, kind: Rc::new(RefCell::new(Kind::Blank)), line_ended: Rc::new(Cell::new(true)) }
    }

    /// Shows bytes of a lab. Calls `done` when they are taken in.
    pub fn write(&self, bytes: &[u8], done: impl FnOnce() + 'static) {
        self.wake();
        if let Some(last) = bytes.last() {
            self.line_ended.set(*last == b'\n');
        }
        match &mut *self.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => {
                writes.push(Write { bytes: bytes.to_vec(), done: Box::new(done) });
            }
            Kind::Terminal(xterm) => xterm.write(bytes, done),
            Kind::Plain(plain) => plain.write(bytes, done),
        }
    }

    /// Shows a line of our own, on a line of its own.
    pub fn note(&self, text: &str) {
        let begin: &[u8] = if self.line_ended.get() { b"\x1b[2m" } else { b"\r\n\x1b[2m" };
        let line = [END_OPEN, begin, text.as_bytes(), b"\x1b[0m\r\n"].concat();
        self.write(&line, || {});
    }

    /// Begins anew.
    pub fn clear(&self) {
        self.wake();
        self.line_ended.set(true);
        let mut cleared = vec![];
        match &mut *self.kind.borrow_mut() {
            Kind::Blank => {}
            Kind::Loading(writes) => cleared = std::mem::take(writes),
            Kind::Terminal(xterm) => {
                let this = xterm.clone();
                // In its turn: what was written before is taken in before it is cleared.
                xterm.write(END_OPEN, move || this.reset());
            }
            Kind::Plain(plain) => plain.clear(),
        }
        // What was cleared away counts as taken in.
        cleared.into_iter().for_each(|w| (w.done)());
    }

    pub fn repaint(&self) {
        if let Kind::Terminal(xterm) = &*self.kind.borrow() {
            xterm.repaint();
        }
    }

    /// The first use loads the terminal.
    fn wake(&self) {
        if !matches!(*self.kind.borrow(), Kind::Blank) {
            return;
        }
        *self.kind.borrow_mut() = Kind::Loading(vec![]);
        dom::show(&self.host, true);
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move { this.load().await });
    }

    async fn load(self) {
        let opened = match &self.site.xterm {
            Some(_) => Xterm::open(&self.site, &self.host).await.ok(),
            None => None,
        };
        let kind = match opened {
            Some(xterm) => self.terminal(Rc::new(xterm)),
            None => self.fallback(),
        };
        let Kind::Loading(waiting) = self.kind.replace(kind) else { return };
        for Write { bytes, done } in waiting {
            self.write(&bytes, done);
        }
    }

    fn terminal(&self, xterm: Rc<Xterm>) -> Kind {
        let this = xterm.clone();
        let f = Closure::<dyn Fn()>::new(move || this.refit()).into_js_value();
        if let Ok(observer) = ResizeObserver::new(f.unchecked_ref()) {
            observer.observe(&self.host);
        }
        Kind::Terminal(xterm)
    }

    fn fallback(&self) -> Kind {
        let pre = el("pre", "sr-plain");
        let why = "The terminal could not be loaded; this is the plain text.";
        self.host.set_text_content(None);
        add(&self.host, [&el_with("p", "sr-note", why), &pre]);
        // A plain text scrolls by keyboard, and can be read aloud.
        self.host.remove_attribute("aria-hidden").unwrap_or_default();
        attr(&pre, "tabindex", "0");
        attr(&pre, "role", "region");
        attr(&pre, "aria-label", "Output of the run");
        let bytes = Rc::new(RefCell::new(vec![]));
        let all = bytes.clone();
        let draw = Redraw::new(move || {
            pre.set_inner_html(&transcript::html(&all.borrow()));
            pre.set_scroll_top(pre.scroll_height());
        });
        Kind::Plain(Plain { bytes, draw })
    }
}

impl Plain {
    fn write(&self, bytes: &[u8], done: impl FnOnce() + 'static) {
        let mut all = self.bytes.borrow_mut();
        all.extend_from_slice(bytes);
        let over = all.len().saturating_sub(PLAIN_MAX);
        all.drain(..over);
        self.draw.ask();
        // Not with the frame: a hidden page draws none, and its run goes on.
        dom::after(10, done);
    }

    fn clear(&self) {
        self.bytes.borrow_mut().clear();
        self.draw.ask();
    }
}
