//! The book's theme is a class on `<html>` that changes while the page is open.

use crate::browser::dom;
use crate::browser::js::{self, MutationObserver};
use js_sys::Object;
use labkit_wire::text::split;

/// Calls `f` whenever the theme changes.
pub fn follow(f: Box<dyn Fn()>) {
    let what = Object::new();
    js::set(&what, "attributes", &true.into());
    MutationObserver::new(&dom::callback(f)).observe(&dom::root(), &what);
}

fn dark() -> bool {
    let class = dom::get(&dom::root(), "class").unwrap_or_default();
    split(&class, ' ').iter().any(|c| matches!(*c, "coal" | "navy" | "ayu"))
}

const NAMES: &str = "background foreground selectionBackground black red green yellow blue magenta cyan white \
    brightBlack brightRed brightGreen brightYellow brightBlue brightMagenta brightCyan brightWhite";
const LIGHT: &str = "#f6f7f9 #1f2328 #b6d7ff #24292f #b3141d #116329 #7a4d00 #0550ae #7d2fb0 #0b5c66 #57606a \
    #57606a #a40e26 #0f5a25 #633c01 #0a4fa8 #6b2aa0 #0a515a #24292f";
const DARK: &str = "#14171c #d6dae0 #35507a #8b949e #ff8a80 #7ee787 #e3b341 #79c0ff #d2a8ff #6fd3dc #d6dae0 \
    #9aa4af #ffa198 #9be9a8 #f2cc60 #a5d6ff #e2c5ff #9be3ea #ffffff";

/// xterm.js's names of colours, and the colours. Each can be read on its background (4.5 to 1).
pub fn palette() -> impl Iterator<Item = (&'static str, &'static str)> {
    let colours = if dark() { DARK } else { LIGHT };
    split(NAMES, ' ').into_iter().zip(split(colours, ' '))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_has_a_light_and_a_dark_colour() {
        let count = |list: &str| split(list, ' ').iter().filter(|word| !word.is_empty()).count();
        assert_eq!((count(NAMES), split(NAMES, ' ').len()), (19, 19));
        assert_eq!((count(LIGHT), count(DARK)), (19, 19));
    }
}
