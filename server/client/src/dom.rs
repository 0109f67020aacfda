//! The little of the DOM that the widgets need, in few words.

use js_sys::Function;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, prelude::Closure};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, Window};

pub fn window() -> Window {
    web_sys::window().expect("the client runs in a window")
}

pub fn document() -> Document {
    window().document().expect("a window has a document")
}

/// A new element with a class.
pub fn el(tag: &str, class: &str) -> HtmlElement {
    let e = document().create_element(tag).expect("a tag's name is valid");
    if !class.is_empty() {
        attr(&e, "class", class);
    }
    e.unchecked_into()
}

/// A new element with a class, and text in it.
pub fn el_with(tag: &str, class: &str, text: &str) -> HtmlElement {
    let e = el(tag, class);
    say(&e, text);
    e
}

pub fn attr(e: &Element, name: &str, value: &str) {
    e.set_attribute(name, value).expect("an attribute's name is valid");
}

/// Sets or takes away an attribute without a value, such as `hidden`.
pub fn flag(e: &Element, name: &str, on: bool) {
    e.toggle_attribute_with_force(name, on).expect("an attribute's name is valid");
}

pub fn get(e: &Element, name: &str) -> Option<String> {
    e.get_attribute(name)
}

pub fn show(e: &Element, visible: bool) {
    flag(e, "hidden", !visible);
}

/// Replaces the text of an element; leaves it alone where it says so already, for screen readers' sake.
pub fn say(e: &Element, text: &str) {
    if e.text_content().as_deref() != Some(text) {
        e.set_text_content(Some(text));
    }
}

pub fn add<'a>(parent: &Element, children: impl IntoIterator<Item = &'a HtmlElement>) {
    for child in children {
        parent.append_child(child).expect("an element takes children");
    }
}

/// All elements under `root` that match.
pub fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let list = root.query_selector_all(selector).expect("the selector is valid");
    (0..list.length()).filter_map(|i| Some(list.get(i)?.unchecked_into())).collect()
}

pub fn one(root: &Element, selector: &str) -> Option<HtmlElement> {
    root.query_selector(selector).expect("the selector is valid").map(JsCast::unchecked_into)
}

/// Calls `f` on every such event, for as long as the page lives.
pub fn on(target: &EventTarget, event: &str, f: impl FnMut(Event) + 'static) {
    let f = Closure::<dyn FnMut(Event)>::new(f).into_js_value();
    target.add_event_listener_with_callback(event, f.unchecked_ref()).expect("a listener is taken");
}

pub fn button(class: &str, label: &str, mut f: impl FnMut() + 'static) -> HtmlElement {
    let b = el_with("button", class, label);
    attr(&b, "type", "button");
    // `disabled` would throw the focus away; this keeps it.
    let this = b.clone();
    on(&b, "click", move |_| {
        if get(&this, "aria-disabled").is_none() {
            f();
        }
    });
    b
}

/// Whether a button does anything. It stays where the focus is.
pub fn enable(b: &Element, enabled: bool) {
    match enabled {
        true => b.remove_attribute("aria-disabled").expect("an attribute's name is valid"),
        false => attr(b, "aria-disabled", "true"),
    }
}

/// Calls `f` once, after that many milliseconds.
pub fn after(millis: i32, f: impl FnOnce() + 'static) {
    let f: Function = Closure::once_into_js(f).unchecked_into();
    window()
        .set_timeout_with_callback_and_timeout_and_arguments_0(&f, millis)
        .expect("a timer is taken");
}

/// Calls `f` once, before the next frame is drawn; gives it the time in milliseconds.
pub fn next_frame(f: impl FnOnce(f64) + 'static) {
    let f: Function = Closure::once_into_js(f).unchecked_into();
    window().request_animation_frame(&f).expect("a frame comes");
}

/// Draws at most once a frame, however often it is asked.
pub struct Redraw {
    asked: Rc<Cell<bool>>,
    draw: Rc<dyn Fn()>,
}

impl Redraw {
    pub fn new(draw: impl Fn() + 'static) -> Self {
        Self { asked: Rc::default(), draw: Rc::new(draw) }
    }

    pub fn ask(&self) {
        if !self.asked.replace(true) {
            let (asked, draw) = (self.asked.clone(), self.draw.clone());
            next_frame(move |_| {
                asked.set(false);
                draw();
            });
        }
    }
}

pub fn media(query: &str) -> bool {
    window().match_media(query).ok().flatten().is_some_and(|m| m.matches())
}

pub fn reduced_motion() -> bool {
    media("(prefers-reduced-motion: reduce)")
}
