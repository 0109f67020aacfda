//! The book's theme is a class on `<html>` that changes while the page is open.

use crate::dom::{self, document};
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{MutationObserver, MutationObserverInit};

/// Calls `f` whenever the theme changes.
pub fn follow(f: impl Fn() + 'static) {
    let f = Closure::<dyn Fn()>::new(f).into_js_value();
    let observer = MutationObserver::new(f.unchecked_ref()).expect("an observer is made");
    let init = MutationObserverInit::new();
    init.set_attributes(true);
    let root = document().document_element().expect("a page has a root");
    observer.observe_with_options(&root, &init).expect("the root can be observed");
}

fn dark() -> bool {
    let root = document().document_element().expect("a page has a root");
    let class = dom::get(&root, "class").unwrap_or_default();
    class.split_whitespace().any(|c| matches!(c, "coal" | "navy" | "ayu"))
}

/// xterm.js's names of colours, and the colours. Each can be read on its background (4.5 to 1).
pub fn palette() -> [(&'static str, &'static str); 19] {
    const NAMES: [&str; 19] = [
        "background", "foreground", "selectionBackground", "black", "red", "green", "yellow", "blue",
        "magenta", "cyan", "white", "brightBlack", "brightRed", "brightGreen", "brightYellow",
        "brightBlue", "brightMagenta", "brightCyan", "brightWhite",
    ];
    const LIGHT: [&str; 19] = [
        "#f6f7f9", "#1f2328", "#b6d7ff", "#24292f", "#b3141d", "#116329", "#7a4d00", "#0550ae",
        "#7d2fb0", "#0b5c66", "#57606a", "#57606a", "#a40e26", "#0f5a25", "#633c01", "#0a4fa8",
        "#6b2aa0", "#0a515a", "#24292f",
    ];
    const DARK: [&str; 19] = [
        "#14171c", "#d6dae0", "#35507a", "#8b949e", "#ff8a80", "#7ee787", "#e3b341", "#79c0ff",
        "#d2a8ff", "#6fd3dc", "#d6dae0", "#9aa4af", "#ffa198", "#9be9a8", "#f2cc60", "#a5d6ff",
        "#e2c5ff", "#9be3ea", "#ffffff",
    ];
    let colours = if dark() { DARK } else { LIGHT };
    std::array::from_fn(|i| (NAMES[i], colours[i]))
}
