//! What the client wants of JavaScript and finds in no library, or in none as small: web-sys asks in each call whether
//! it threw, and makes an object of much that a plain value does for. What throws here (our own selectors and names of
//! attributes never do) ends the client as a panic would.

use js_sys::{Array, Function, Object, Promise};
use labkit_wire::text::cut_last;
use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlElement, NodeList, Window};

#[wasm_bindgen]
extern "C" {
    /// `import(specifier)`: fails where the page's import map does not know the name.
    #[wasm_bindgen(js_name = import)]
    pub fn import(specifier: &str) -> Promise;

    /// The address of this client's own script.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    pub static SCRIPT: String;

    #[wasm_bindgen(thread_local_v2, js_name = window)]
    pub static WINDOW: Window;
    #[wasm_bindgen(thread_local_v2, js_name = document)]
    pub static DOCUMENT: Document;

    #[wasm_bindgen(thread_local_v2, js_name = location)]
    pub static LOCATION: JsValue;

    /// It never throws: what is wrong, the promise says.
    pub fn fetch(url: &str, how: &Object) -> Promise;
    #[wasm_bindgen(js_name = setTimeout)]
    pub fn set_timeout(f: &Function, millis: i32);
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    pub fn request_animation_frame(f: &Function);

    /// A promise that does not fail.
    pub type Settled;
    #[wasm_bindgen(js_namespace = Promise, js_name = allSettled)]
    pub fn all_settled(all: &Array) -> Settled;
    /// What it gives is a promise too, of which nobody wants to know.
    #[wasm_bindgen(method)]
    pub fn then(this: &Settled, f: &Function);

    #[wasm_bindgen(js_namespace = Reflect, js_name = get)]
    pub fn field(object: &JsValue, name: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = Reflect, js_name = get)]
    pub fn word(object: &JsValue, name: &str) -> String;
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub fn set(object: &Object, name: &str, value: &JsValue);
    #[wasm_bindgen(js_namespace = Reflect, js_name = set)]
    pub fn set_text(object: &Object, name: &str, value: &str);

    pub type ResizeObserver;
    #[wasm_bindgen(constructor)]
    pub fn new(f: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    pub fn observe(this: &ResizeObserver, e: &JsValue);

    pub type MutationObserver;
    #[wasm_bindgen(constructor)]
    pub fn new(f: &Function) -> MutationObserver;
    #[wasm_bindgen(method)]
    pub fn observe(this: &MutationObserver, e: &JsValue, what: &Object);

    /// What `fetch` comes to.
    pub type Answer;
    #[wasm_bindgen(method, getter)]
    pub fn status(this: &Answer) -> u16;
    #[wasm_bindgen(method)]
    pub fn text(this: &Answer) -> Promise;

    /// `server/client/in-page/page.mjs`.
    pub type Programs;
    /// Runs the program at that address with these words, and tells `told` what comes of it: an array whose first item is
    /// what the others are.
    #[wasm_bindgen(method)]
    pub fn run(this: &Programs, url: &str, words: &Array, told: &Function) -> Job;

    /// Lets the reader try every value of a knob, within that element.
    #[wasm_bindgen(method)]
    pub fn sweep(this: &Programs, root: &HtmlElement, slug: &str, url: &str);

    /// A program that runs.
    pub type Job;
    #[wasm_bindgen(method)]
    pub fn stop(this: &Job);

    /// `server/client/editor/mine.mjs`.
    pub type Editor;
    /// Opens the editor of a lab's own variant in that widget, or closes it again.
    #[wasm_bindgen(method)]
    pub fn edit(this: &Editor, widget: &HtmlElement, lab: &str);

    /// An element, or whatever else hears events.
    pub type Node;
    #[wasm_bindgen(method, js_name = addEventListener)]
    pub fn listen(this: &Node, event: &str, f: &Function, on_the_way_down: bool);
    #[wasm_bindgen(method, js_name = insertAdjacentHTML)]
    pub fn insert(this: &Node, place: &str, markup: &str);
    #[wasm_bindgen(method, js_name = querySelectorAll)]
    pub fn all(this: &Node, selector: &str) -> NodeList;
    #[wasm_bindgen(method, js_name = querySelector)]
    pub fn one(this: &Node, selector: &str) -> Option<HtmlElement>;
    /// Of our own markup, which has it.
    #[wasm_bindgen(method, js_name = querySelector)]
    pub fn part(this: &Node, selector: &str) -> HtmlElement;
    #[wasm_bindgen(method)]
    pub fn closest(this: &Node, selector: &str) -> Option<HtmlElement>;
    #[wasm_bindgen(method, js_name = setAttribute)]
    pub fn set_attribute(this: &Node, name: &str, value: &str);
    #[wasm_bindgen(method, js_name = removeAttribute)]
    pub fn remove_attribute(this: &Node, name: &str);
    #[wasm_bindgen(method, js_name = toggleAttribute)]
    pub fn toggle_attribute(this: &Node, name: &str, on: bool);
}

/// The address of the site's root, with its slash: this script lies in `client/` under it.
pub fn root() -> String {
    let script = SCRIPT.with(String::clone);
    let folder = cut_last(&script, '/').and_then(|(folder, _)| cut_last(folder, '/'));
    folder.map_or_else(String::new, |(root, _)| root.to_owned() + "/")
}
