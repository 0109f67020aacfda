//! Done marks, and where the reader was: kept in this browser, taken along as a file.

use crate::dom::{self, add, attr, button, el, el_with, get, on, say, window};
use crate::page::Page;
use crate::question;
use crate::store;
use js_sys::{Array, JSON, Object, Reflect};
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, HtmlElement, HtmlInputElement, Storage, Url};

/// Everything that is kept begins with this.
const KEPT: &str = "still-running ";
const DONE: &str = "still-running done ";
const LAST: &str = "still-running last";

/// In the strip under a chapter's title.
pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let slug = get(root, "data-lab").unwrap_or_default();
    if page.site.live() {
        dom::all(root, "[data-sr-live]").iter().for_each(|e| say(e, "Live here; recorded"));
    }
    let mark = button("sr-done", "", {
        let (root, slug) = (root.clone(), slug.clone());
        move || toggle(&root, &slug)
    });
    let details = el("details", "sr-progress-panel");
    let bar = el("div", "sr-bar");
    let message = el("p", "sr-note");
    attr(&message, "role", "status");
    let chapter = slug.clone();
    add(&bar, [
        &button("", "Forget this chapter", told(&message, "Forgotten.", move || forget(&chapter))),
        &button("", "Forget everything", told(&message, "Forgotten.", || forget(""))),
        &button("", "Save to a file", told(&message, "Saved.", export)),
        &import(&message),
    ]);
    add(&details, [&el_with("summary", "", "Your progress"), &bar, &message]);
    add(root, [&mark, &details]);
    here(&slug);
    draw();
}

fn told(message: &HtmlElement, text: &'static str, f: impl Fn() + 'static) -> impl FnMut() + 'static {
    let message = message.clone();
    move || {
        f();
        say(&message, text);
    }
}

fn toggle(_: &HtmlElement, slug: &str) {
    let (local, key) = (store::local(), format!("{DONE}{slug}"));
    match store::read(&local, &key) {
        Some(_) => store::remove(&local, &key),
        None => store::keep(&local, &key, "1"),
    }
    draw();
}

/// Where the reader is now, for the next visit.
fn here(slug: &str) {
    let path = window().location().href().unwrap_or_default();
    let path = path.split(['?', '#']).next().unwrap_or_default().to_owned();
    let title = dom::document().title();
    store::keep(&store::local(), LAST, &format!("{path}\n{title}\n{slug}"));
}

/// On the first page: the way back to where the reader was.
pub fn resume(root: &HtmlElement) {
    let Some(last) = store::read(&store::local(), LAST) else { return };
    let mut lines = last.lines();
    let (Some(path), Some(title)) = (lines.next(), lines.next()) else { return };
    // Only within this site: what was kept may come from a file.
    let origin = window().location().origin().unwrap_or_default();
    if !path.starts_with(&format!("{origin}/")) {
        return;
    }
    let link = el_with("a", "sr-button", &format!("Go on: {}", title.split(" - ").next().unwrap_or(title)));
    attr(&link, "href", path);
    let buttons = dom::one(root, ".sr-buttons").unwrap_or_else(|| root.clone());
    add(&buttons, [&link]);
}

/// Marks what is done, in the strip and in the contents.
fn draw() {
    let local = store::local();
    let Some(root) = dom::document().document_element() else { return };
    for strip in dom::all(&root, "[data-sr=mark]") {
        let done = store::read(&local, &format!("{DONE}{}", get(&strip, "data-lab").unwrap_or_default()));
        if let Some(button) = dom::one(&strip, ".sr-done") {
            say(&button, if done.is_some() { "✓ Done" } else { "Mark as done" });
            attr(&button, "aria-pressed", if done.is_some() { "true" } else { "false" });
        }
    }
    for link in dom::all(&root, ".sidebar .chapter a[href]") {
        let href = get(&link, "href").unwrap_or_default();
        let slug = href.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
        let done = store::read(&local, &format!("{DONE}{slug}")).is_some();
        match (dom::one(&link, ".sr-tick"), done) {
            (None, true) => add(&link, [&el_with("span", "sr-tick", " ✓ done")]),
            (Some(tick), false) => tick.remove(),
            _ => {}
        }
    }
    dom::all(&root, "[data-sr=question]").iter().for_each(question::restore);
}

/// All keys of ours; of one chapter, if it is named.
fn keys(local: &Storage, slug: &str) -> Vec<String> {
    let all = (0..local.length().unwrap_or(0)).filter_map(|i| local.key(i).ok().flatten());
    all.filter(|key| match slug {
        "" => key.starts_with(KEPT),
        slug => {
            *key == format!("{DONE}{slug}")
                || key.strip_prefix(question::KEY).is_some_and(|id| id.starts_with(slug))
        }
    })
    .collect()
}

fn forget(slug: &str) {
    let local = store::local();
    for key in local.iter().flat_map(|l| keys(l, slug)) {
        store::remove(&local, &key);
    }
    draw();
}

/// A file with everything that is kept.
fn export() {
    let (Some(local), kept) = (store::local(), Object::new()) else { return };
    for key in keys(&local, "") {
        let value = local.get_item(&key).ok().flatten().unwrap_or_default();
        Reflect::set(&kept, &key.into(), &value.into()).unwrap_or_default();
    }
    let text = JSON::stringify(&kept).unwrap_or_default();
    let Ok(blob) = Blob::new_with_str_sequence(&Array::of1(&text)) else { return };
    let Ok(url) = Url::create_object_url_with_blob(&blob) else { return };
    let link = el("a", "");
    attr(&link, "href", &url);
    attr(&link, "download", "still-running-progress.json");
    link.click();
    Url::revoke_object_url(&url).unwrap_or_default();
}

fn import(message: &HtmlElement) -> HtmlElement {
    let label = el_with("label", "sr-file", "Load from a file ");
    let input = el("input", "");
    attr(&input, "type", "file");
    attr(&input, "accept", "application/json,.json");
    let (message, this) = (message.clone(), input.clone());
    on(&input, "change", move |_| {
        let file = this.unchecked_ref::<HtmlInputElement>().files().and_then(|f| f.get(0));
        let message = message.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let Some(file) = file else { return };
            let text = JsFuture::from(file.text()).await.unwrap_or_default();
            say(&message, match take(&text.as_string().unwrap_or_default()) {
                Some(_) => "Loaded.",
                None => "This file holds no progress of this book. Choose one that was saved here.",
            });
            draw();
        });
    });
    add(&label, [&input]);
    label
}

fn take(text: &str) -> Option<()> {
    let kept: JsValue = JSON::parse(text).ok()?;
    let entries = Object::entries(kept.dyn_ref::<Object>()?);
    let pairs: Vec<(String, String)> = entries
        .iter()
        .filter_map(|pair| {
            let pair: Array = pair.unchecked_into();
            Some((pair.get(0).as_string()?, pair.get(1).as_string()?))
        })
        .filter(|(key, _)| key.starts_with(KEPT))
        .collect();
    for (key, value) in &pairs {
        store::keep(&store::local(), key, value);
    }
    (!pairs.is_empty()).then_some(())
}
