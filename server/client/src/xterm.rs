//! xterm.js 6, through xterm-js-rs: loaded when the first terminal is shown, and what the bindings lack.

use crate::{js, site::Site, theme};
use js_sys::{Array, Function, Promise, Reflect, Uint8Array};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue, prelude::*};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;
use xterm_js_rs::addons::fit::FitAddon;
use xterm_js_rs::{Terminal, TerminalOptions, Theme};

#[wasm_bindgen]
extern "C" {
    /// A [`Terminal`], as of xterm.js 6.
    #[wasm_bindgen(extends = Terminal)]
    type Terminal6;
    #[wasm_bindgen(method, js_name = write)]
    fn write_bytes(this: &Terminal6, bytes: &Uint8Array, done: &Function);
    #[wasm_bindgen(method, getter)]
    fn options(this: &Terminal6) -> TerminalOptions;
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
    /// A terminal in `host`, or why there is none.
    pub async fn open(site: &Site, host: &HtmlElement) -> Result<Self, JsValue> {
        let library = load(site).await?;
        let arguments = Array::of1(&options());
        let terminal: Terminal6 =
            Reflect::construct(&library.terminal, &arguments)?.unchecked_into();
        let fit: FitAddon = Reflect::construct(&library.fit, &Array::new())?.unchecked_into();
        terminal.load_addon(fit.clone().unchecked_into::<xterm_js_rs::TerminalAddon>());
        terminal.open(host.clone());
        // Output only: not a stop for the Tab key, which it would hold on to.
        let textarea = terminal.get_textarea();
        textarea.set_tab_index(-1);
        let this = Self { terminal, fit };
        this.refit();
        Ok(this)
    }

    /// Calls `done` when the terminal has taken the bytes in: this is what paces a run.
    pub fn write(&self, bytes: &[u8], done: impl FnOnce() + 'static) {
        let done: Function = Closure::once_into_js(done).unchecked_into();
        self.terminal.write_bytes(&Uint8Array::from(bytes), &done);
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
        self.terminal.options().set_theme(&palette());
    }
}

async fn load(site: &Site) -> Result<Library, JsValue> {
    if let Some(library) = LIBRARY.with_borrow(Clone::clone) {
        return Ok(library);
    }
    if let Some(css) = site.xterm.as_ref().and_then(|x| x.css.as_ref()) {
        site.style(css);
    }
    // Waited for as one: a promise that fails with nobody waiting is an error of its own.
    let both = Array::of2(&js::import("xterm"), &js::import("xterm-addon-fit"));
    let both: Array = JsFuture::from(Promise::all(&both)).await?.unchecked_into();
    let library = Library {
        terminal: Reflect::get(&both.get(0), &"Terminal".into())?.dyn_into()?,
        fit: Reflect::get(&both.get(1), &"FitAddon".into())?.dyn_into()?,
    };
    LIBRARY.set(Some(library.clone()));
    Ok(library)
}

fn options() -> TerminalOptions {
    let options = TerminalOptions::new();
    options.set_convert_eol(true);
    options.set_disable_stdin(true);
    options.set_cursor_blink(false);
    options.set_scrollback(5000);
    options.set_font_size(14);
    options.set_font_family("ui-monospace, 'Source Code Pro', Consolas, monospace");
    options.set_theme(&palette());
    let more: &JsValue = options.as_ref();
    // The bindings know this one only as a whole number, and not the next at all.
    for (name, value) in [
        ("minimumContrastRatio", JsValue::from_f64(4.5)),
        ("cursorInactiveStyle", "none".into()),
        ("cursorStyle", "bar".into()),
    ] {
        Reflect::set(more, &name.into(), &value).unwrap_or_default();
    }
    options
}

fn palette() -> Theme {
    let theme = Theme::new();
    for (name, colour) in theme::palette() {
        Reflect::set(&theme, &name.into(), &colour.into()).unwrap_or_default();
    }
    theme
}
