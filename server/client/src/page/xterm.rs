//! xterm.js 6, through xterm-js-rs: loaded when the first terminal is shown, and what the bindings lack.

use crate::browser::dom::{once, wait};
use crate::browser::js;
use crate::browser::site::Site;
use crate::browser::theme;
use js_sys::{Array, Function, Object, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use web_sys::HtmlElement;
use xterm_js_rs::addons::fit::FitAddon;
use xterm_js_rs::{Terminal, TerminalAddon};

#[wasm_bindgen]
extern "C" {
    /// A [`Terminal`], as of xterm.js 6.
    #[wasm_bindgen(extends = Terminal)]
    type Terminal6;
    #[wasm_bindgen(method, js_name = write)]
    fn write_bytes(this: &Terminal6, bytes: &Uint8Array, done: &Function);
    #[wasm_bindgen(method, getter)]
    fn options(this: &Terminal6) -> Object;
}

/// The two constructors. The bindings would import them on load; the page wants them when first needed.
#[derive(Clone)]
struct Library {
    terminal: Function,
    fit: Function,
}

thread_local! {
    static LIBRARY: RefCell<Option<Library>> = const { RefCell::new(None) };
}

/// A terminal that only shows.
pub struct Xterm {
    terminal: Terminal6,
    fit: FitAddon,
}

impl Xterm {
    /// A terminal in `host`, once it is loaded; or why there is none.
    pub fn open(host: &HtmlElement) -> Result<Self, JsValue> {
        let library = LIBRARY.with_borrow(Clone::clone).ok_or(JsValue::NULL)?;
        let arguments = Array::of1(&options(host));
        let terminal: Terminal6 =
            Reflect::construct(&library.terminal, &arguments)?.unchecked_into();
        let fit: FitAddon = Reflect::construct(&library.fit, &Array::new())?.unchecked_into();
        terminal.load_addon(fit.clone().unchecked_into::<TerminalAddon>());
        terminal.open(host.clone());
        // Output only: not a stop for the Tab key, which it would hold on to.
        terminal.get_textarea().set_tab_index(-1);
        let this = Self { terminal, fit };
        this.refit();
        Ok(this)
    }

    /// Calls `done` when the terminal has taken the bytes in: this is what paces a run.
    pub fn write(&self, bytes: &[u8], done: Box<dyn FnOnce()>) {
        self.terminal.write_bytes(&Uint8Array::from(bytes), &once(Box::new(|_| done())));
    }

    pub fn reset(&self) {
        self.terminal.reset();
    }

    /// Follows the width of its element.
    pub fn refit(&self) {
        self.fit.fit();
    }

    /// Follows the book's theme.
    pub fn repaint(&self) {
        js::set(&self.terminal.options(), "theme", &palette());
    }
}

/// Loads the library; then says whether it is there.
pub fn load(site: &Site, done: Box<dyn FnOnce(bool)>) {
    if LIBRARY.with_borrow(Option::is_some) {
        return done(true);
    }
    if let Some(css) = site.xterm.as_ref().and_then(|x| x.css.as_ref()) {
        site.style(css);
    }
    // Waited for as one: a promise that fails with nobody waiting is an error of its own.
    let both = Array::of2(&js::import("xterm"), &js::import("xterm-addon-fit"));
    let take = |both: Option<JsValue>| {
        let library = both.and_then(|both| library(both.unchecked_ref()).ok());
        let loaded = library.is_some();
        LIBRARY.set(library);
        done(loaded);
    };
    wait(Promise::all(&both).unchecked_ref(), Box::new(take));
}

fn library(both: &Array) -> Result<Library, JsValue> {
    let class = |i, name: &str| js::field(&both.get(i), name).dyn_into();
    Ok(Library { terminal: class(0, "Terminal")?, fit: class(1, "FitAddon")? })
}

/// Half a page, or a phone: smaller letters rather than lines broken in two.
const NARROW: i32 = 480;

fn options(host: &HtmlElement) -> Object {
    let options = Object::new();
    let mono = "ui-monospace, 'Source Code Pro', Consolas, 'DejaVu Sans Mono', monospace";
    js::set(&options, "convertEol", &true.into());
    js::set(&options, "disableStdin", &true.into());
    js::set(&options, "scrollback", &5000.into());
    let narrow = host.client_width() < NARROW;
    js::set(&options, "fontSize", &(if narrow { 11 } else { 14 }).into());
    // With less, the underscores of `pg_stat_activity` are cut off.
    js::set(&options, "lineHeight", &1.2.into());
    js::set_text(&options, "fontFamily", mono);
    js::set(&options, "minimumContrastRatio", &4.5.into());
    js::set_text(&options, "cursorStyle", "bar");
    js::set_text(&options, "cursorInactiveStyle", "none");
    js::set(&options, "theme", &palette());
    options
}

fn palette() -> Object {
    let theme = Object::new();
    theme::palette().for_each(|(name, colour)| js::set_text(&theme, name, colour));
    theme
}
