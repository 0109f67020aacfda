//! The little of the DOM that the widgets need, in few words and, since it is wasm, in few bytes: markup is written as
//! markup, and what takes a closure takes a boxed one.

use crate::browser::js::{self, Node};
use js_sys::{Array, Function, Promise};
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue, prelude::Closure};
use web_sys::{Document, Element, Event, EventTarget, HtmlElement, HtmlInputElement, Window};

pub fn window() -> Window {
    js::WINDOW.with(Window::clone)
}

pub fn document() -> Document {
    js::DOCUMENT.with(Document::clone)
}

/// A part of this page's address, such as `pathname`.
pub fn location(part: &str) -> String {
    js::LOCATION.with(|location| js::word(location, part))
}

/// `<html>`.
pub fn root() -> HtmlElement {
    document().document_element().expect("a page has a root").unchecked_into()
}

fn node(e: &JsValue) -> &Node {
    e.unchecked_ref()
}

/// Puts markup behind what an element holds. Whatever comes from elsewhere is escaped before it gets here.
pub fn html(parent: &Element, markup: &str) {
    node(parent).insert("beforeend", markup);
}

/// All elements under `root` that match.
pub fn all(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let (list, mut all) = (node(root).all(selector), vec![]);
    while let Some(e) = list.get(all.len() as u32) {
        all.push(e.unchecked_into());
    }
    all
}

pub fn one(root: &Element, selector: &str) -> Option<HtmlElement> {
    node(root).one(selector)
}

/// A part of our own markup.
pub fn part(root: &Element, selector: &str) -> HtmlElement {
    node(root).part(selector)
}

pub fn get(e: &Element, name: &str) -> Option<String> {
    e.get_attribute(name)
}

/// `data-…`, empty where it is not there.
pub fn data(e: &Element, name: &str) -> String {
    get(e, &format!("data-{name}")).unwrap_or_default()
}

pub fn attr(e: &Element, name: &str, value: &str) {
    node(e).set_attribute(name, value);
}

pub fn unset(e: &Element, name: &str) {
    node(e).remove_attribute(name);
}

/// The nearest element around, or itself, that matches.
pub fn around(e: &Element, selector: &str) -> Option<HtmlElement> {
    node(e).closest(selector)
}

/// Sets or takes away an attribute without a value, such as `hidden`.
pub fn flag(e: &Element, name: &str, on: bool) {
    node(e).toggle_attribute(name, on);
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

pub fn text(e: &Element) -> String {
    e.text_content().unwrap_or_default()
}

/// How far below the top of the screen it begins, px.
pub fn top(e: &Element) -> f64 {
    e.get_bounding_client_rect().top()
}

/// Moves the page as little as it takes for all of it to be on the screen; where it is too tall for that, its beginning.
pub fn into_view(e: &Element) {
    let (rect, screen) = (e.get_bounding_client_rect(), f64::from(root().client_height()));
    if rect.top() < 0.0 || rect.height() > screen {
        e.scroll_into_view_with_bool(true);
    } else if rect.bottom() > screen {
        e.scroll_into_view_with_bool(false);
    }
}

/// Whether a button does anything. `disabled` would throw the focus away; this keeps it.
pub fn enable(b: &Element, enabled: bool) {
    match enabled {
        true => unset(b, "aria-disabled"),
        false => attr(b, "aria-disabled", "true"),
    }
}

/// What is in a field; a `<select>` has its value under the same name.
pub fn value(e: &HtmlElement) -> String {
    e.unchecked_ref::<HtmlInputElement>().value()
}

pub fn set_value(e: &HtmlElement, text: &str) {
    e.unchecked_ref::<HtmlInputElement>().set_value(text);
}

/// Calls `f` on every such event, on the way down to its target, for as long as the page lives.
pub fn on(target: &EventTarget, event: &str, f: Rc<dyn Fn(&Event)>) {
    node(target).listen(event, &event_callback(f), true);
}

/// Calls `f` on such an event, once everything within had its turn.
pub fn on_way_up(target: &EventTarget, event: &str, f: &Function) {
    node(target).listen(event, f, false);
}

/// A listener, for JavaScript.
pub fn event_callback(f: Rc<dyn Fn(&Event)>) -> Function {
    Closure::<dyn Fn(Event)>::new(move |e: Event| f(&e)).into_js_value().unchecked_into()
}

/// A function for JavaScript that is called with an array, as often as it likes.
pub fn told(f: Rc<dyn Fn(&Array)>) -> Function {
    // As a listener: another kind of closure would be more code.
    event_callback(Rc::new(move |told| f(told.unchecked_ref())))
}

/// A function for JavaScript that is called as often as it likes.
pub fn callback(f: Box<dyn Fn()>) -> Function {
    Closure::<dyn Fn()>::wrap(f).into_js_value().unchecked_into()
}

/// Calls `f` whenever the element has another size.
pub fn on_resize(e: &Element, f: Box<dyn Fn()>) {
    js::ResizeObserver::new(&callback(f)).observe(e);
}

/// A function for JavaScript that is called once.
pub fn once(f: Box<dyn FnOnce(JsValue)>) -> Function {
    Closure::once_into_js(move |value: JsValue| f(value)).unchecked_into()
}

/// Calls `f` with what a promise comes to; with nothing where it fails. A callback is enough: nobody here waits for more
/// than one thing in a row, and the machinery of futures is large.
pub fn wait(promise: &Promise, f: Box<dyn FnOnce(Option<JsValue>)>) {
    let f = once(Box::new(move |settled| {
        let settled = settled.unchecked_into::<Array>().get(0);
        let value = js::field(&settled, "value");
        f(if value.is_undefined() { None } else { Some(value) });
    }));
    js::all_settled(&Array::of1(promise)).then(&f);
}

/// Calls `f` once, after that many milliseconds.
pub fn after(millis: i32, f: Box<dyn FnOnce()>) {
    let f = once(Box::new(|_| f()));
    js::set_timeout(&f, millis);
}

/// Calls `f` once, before the next frame is drawn; gives it the time in milliseconds.
pub fn next_frame(f: Box<dyn FnOnce(f64)>) {
    let f = once(Box::new(|now| f(now.as_f64().unwrap_or_default())));
    js::request_animation_frame(&f);
}

/// Draws with the next frame, once however often it is asked: `asked` says whether it was.
pub fn redraw(asked: &'static Cell<bool>, draw: Box<dyn FnOnce()>) {
    if !asked.replace(true) {
        next_frame(Box::new(move |_| {
            asked.set(false);
            draw();
        }));
    }
}

pub fn reduced_motion() -> bool {
    let query = window().match_media("(prefers-reduced-motion: reduce)");
    query.ok().flatten().is_some_and(|m| m.matches())
}
