//! Done marks, and where the reader was: kept in this browser, taken along as a file.

use crate::dom::{self, all, attr, data, get, html, location, one, part, say, show, wait};
use crate::js;
use crate::page::{Page, Widget, keep};
use crate::question;
use crate::store::{self, Store};
use js_sys::{Array, JSON, Object};
use labkit_wire::text::{before, cut, cut_last};
use still_running_view::text::escape;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, Event, HtmlElement, HtmlInputElement, Url};

/// Everything that is kept begins with this.
const KEPT: &str = "still-running ";
const DONE: &str = "still-running done ";
const LAST: &str = "still-running last";

const MARKUP: &str = "<button type=\"button\" class=\"sr-done\" data-do=\"click done\"></button>\
    <details class=\"sr-kept\"><summary>Your progress</summary><p class=\"sr-note\">It is kept in this browser only.</p>\
    <div class=\"sr-bar\"><button type=\"button\" data-do=\"click forget\">Forget this chapter</button>\
    <button type=\"button\" data-do=\"click forget-all\">Forget everything</button>\
    <button type=\"button\" data-do=\"click save\">Save to a file</button>\
    <label class=\"sr-file\">Load from a file <input type=\"file\" accept=\".json\" data-do=\"change load\"></label></div>\
    <p class=\"sr-note sr-told\" role=\"status\"></p></details>";

struct Mark {
    root: HtmlElement,
    slug: String,
}

/// In the strip under a chapter's title.
pub fn build(page: &'static Page, root: &HtmlElement) {
    if page.site.live() {
        all(root, "[data-sr-live]").iter().for_each(|e| say(e, "Live on this page. Recorded"));
    }
    html(root, MARKUP);
    page.adopt(root, keep(Mark { root: root.clone(), slug: data(root, "lab") }));
    // Where the reader is now, for the next visit.
    let href = location("href");
    let here = before(before(&href, '#'), '?');
    store::keep(LAST, &format!("{here}\n{}", dom::document().title()));
    draw();
}

impl Widget for Mark {
    fn act(&'static self, what: &str, event: &Event) {
        let told = match what {
            "done" => {
                let key = format!("{DONE}{}", self.slug);
                match store::read(Store::Local, &key) {
                    Some(_) => store::remove(Store::Local, &key),
                    None => store::keep(&key, "1"),
                }
                ""
            }
            "forget" => forget(&self.slug),
            "forget-all" => forget(""),
            "save" => save(),
            _ => return self.load(event),
        };
        self.tell(told);
    }
}

impl Mark {
    fn tell(&self, text: &str) {
        say(&part(&self.root, ".sr-told"), text);
        draw();
    }

    fn load(&'static self, event: &Event) {
        let input = event.target().map(|t| t.unchecked_into::<HtmlInputElement>());
        let Some(file) = input.and_then(|i| i.files()).and_then(|f| f.get(0)) else { return };
        let take = move |text: Option<JsValue>| {
            let taken = text.and_then(|t| take(&t.as_string()?));
            self.tell(match taken {
                Some(()) => "Loaded.",
                None => "This file holds no progress of this book. Choose one that was saved here.",
            });
        };
        wait(file.text().unchecked_ref(), Box::new(take));
    }
}

/// On the first page: the way back to where the reader was.
pub fn resume(root: &HtmlElement) {
    let Some(last) = store::read(Store::Local, LAST) else { return };
    let Some((path, title)) = cut(&last, '\n') else { return };
    // Only within this site: what was kept may come from a file.
    let origin = location("origin") + "/";
    if path.starts_with(&origin) {
        let end = title.as_bytes().windows(3).position(|w| w == b" - ");
        let title = end.and_then(|end| title.get(..end)).unwrap_or(title);
        let (path, title) = (escape(path), escape(title));
        let buttons = one(root, ".sr-buttons").unwrap_or_else(|| root.clone());
        html(&buttons, &format!(" <a class=\"sr-button\" href=\"{path}\">Go on: {title}</a>"));
    }
}

fn done(slug: &str) -> bool {
    store::read(Store::Local, &format!("{DONE}{slug}")).is_some()
}

/// Marks what is done, in the strip and in the contents.
fn draw() {
    let root = dom::root();
    for strip in all(&root, "[data-sr=mark]") {
        let (button, done) = (part(&strip, ".sr-done"), done(&data(&strip, "lab")));
        say(&button, if done { "✓ Done" } else { "Mark as done" });
        attr(&button, "aria-pressed", if done { "true" } else { "false" });
    }
    for link in all(&root, ".sidebar .chapter a[href]") {
        let href = get(&link, "href").unwrap_or_default();
        let file = cut_last(&href, '/').map_or(href.as_str(), |(_, file)| file);
        let done = done(before(file, '.'));
        match one(&link, ".sr-tick") {
            None if done => html(&link, "<span class=\"sr-tick\"> ✓ done</span>"),
            None => {}
            Some(tick) => show(&tick, done),
        }
    }
    all(&root, "[data-sr=question]").iter().for_each(question::restore);
}

/// All keys of ours; of one chapter, if it is named.
fn keys(slug: &str) -> Vec<String> {
    let mut keys = store::keys();
    keys.retain(|key| match slug {
        "" => key.starts_with(KEPT),
        slug => {
            key.strip_prefix(DONE) == Some(slug)
                || key.strip_prefix(question::KEY).is_some_and(|id| id.starts_with(slug))
        }
    });
    keys
}

fn forget(slug: &str) -> &'static str {
    keys(slug).iter().for_each(|key| store::remove(Store::Local, key));
    "Forgotten."
}

/// A file with everything that is kept.
fn save() -> &'static str {
    let kept = Object::new();
    for key in keys("") {
        let value = store::read(Store::Local, &key).unwrap_or_default();
        js::set_text(&kept, &key, &value);
    }
    let text = JSON::stringify(&kept).unwrap_or_default();
    let blob = Blob::new_with_str_sequence(&Array::of1(&text));
    let Some(url) = blob.ok().and_then(|b| Url::create_object_url_with_blob(&b).ok()) else {
        return "This browser refuses to make a file.";
    };
    let link: HtmlElement =
        dom::document().create_element("a").expect("a tag's name is valid").unchecked_into();
    attr(&link, "href", &url);
    attr(&link, "download", "still-running-progress.json");
    link.click();
    Url::revoke_object_url(&url).unwrap_or_default();
    "Saved."
}

/// Takes what such a file holds, and nothing that is not ours.
fn take(text: &str) -> Option<()> {
    let kept: Object = JSON::parse(text).ok()?.dyn_into().ok()?;
    let mut any = None;
    for pair in Object::entries(&kept).iter() {
        let pair: Array = pair.unchecked_into();
        let (key, value) = (pair.get(0).as_string()?, pair.get(1).as_string()?);
        if key.starts_with(KEPT) {
            store::keep(&key, &value);
            any = Some(());
        }
    }
    any
}
