//! The box for a line of log. What it knows stands on the page *By error message*; elsewhere it leads there, and what was
//! pasted goes along behind the `#`, which no server ever sees.

use crate::browser::dom::{
    self, all, data, get, html, location, one, part, say, set_value, show, value,
};
use crate::browser::keep::keep;
use crate::page::{Page, Widget};
use labkit_wire::text::{join, split};
use still_running_view::text::escape;
use still_running_why::{Entry, find};
use web_sys::{Event, HtmlElement};

const MARKUP: &str = "<label>Error text or symptom\
    <textarea rows=\"3\" spellcheck=\"false\" autocomplete=\"off\" data-do=\"input typed\"></textarea></label>\
    <div class=\"sr-bar\"><button type=\"button\" data-do=\"click look\">Look it up</button></div>\
    <p class=\"sr-answer\" role=\"status\"></p><ol class=\"sr-found\" hidden></ol>";

/// What stands before a pasted text in the address.
const HERE: &str = "#paste=";

struct Paste(HtmlElement);

pub fn build(page: &'static Page, root: &HtmlElement) {
    html(root, MARKUP);
    let paste = keep(Paste(root.clone()));
    page.adopt(root, paste);
    if let Some(brought) = location("hash").strip_prefix(HERE) {
        set_value(
            &part(root, "textarea"),
            &js_sys::decode_uri_component(brought).map(String::from).unwrap_or_default(),
        );
        paste.look();
    }
}

impl Widget for Paste {
    fn act(&'static self, what: &str, _: &Event) {
        // While somebody types on another page, nothing is known yet.
        if what == "look" || !messages().is_empty() {
            self.look();
        }
    }
}

impl Paste {
    fn look(&self) {
        let pasted = value(&part(&self.0, "textarea"));
        let messages = messages();
        if messages.is_empty() {
            let text = String::from(js_sys::encode_uri_component(&pasted));
            let to = get(&part(&self.0, "a"), "href").unwrap_or_default();
            return dom::window()
                .location()
                .assign(&format!("{to}{HERE}{text}"))
                .unwrap_or_default();
        }
        let entries: Vec<Entry> = messages.iter().map(entry).collect();
        self.tell(&pasted, &find(&entries, &pasted), &messages);
    }

    fn tell(&self, pasted: &str, found: &[usize], messages: &[HtmlElement]) {
        let list = part(&self.0, ".sr-found");
        say(&list, "");
        show(&list, !found.is_empty());
        let items: Vec<String> = found.iter().filter_map(|i| item(&messages[*i])).collect();
        html(&list, &join(&items, ""));
        say(
            &part(&self.0, ".sr-answer"),
            match found.len() {
                _ if pasted.trim_ascii().is_empty() => "",
                0 => "Nothing known fits this. Try the innermost message of the error alone.",
                1 => "This is known:",
                _ => "Known, the best match first:",
            },
        );
    }
}

/// The messages of this page.
fn messages() -> Vec<HtmlElement> {
    all(&dom::root(), ".sr-message")
}

/// Read anew for each look: a few dozen attributes, and no second copy of them.
fn entry(message: &HtmlElement) -> Entry {
    let lines = |name: &str| -> Vec<String> {
        split(&data(message, name), '\n')
            .into_iter()
            .filter(|l| !l.is_empty())
            .map(str::to_owned)
            .collect()
    };
    let words = |line: String| split(&line, ' ').into_iter().map(str::to_owned).collect();
    Entry {
        texts: lines("texts"),
        signs: lines("signs").into_iter().map(words).collect(),
        weak: get(message, "data-weak").is_some(),
    }
}

/// A link to a message, and its first cause's labs.
fn item(message: &HtmlElement) -> Option<String> {
    let head = one(message, "h3")?;
    let text = head.text_content()?;
    let labs: Vec<String> = all(message, "li a").iter().map(|a| a.outer_html()).collect();
    let labs = if labs.is_empty() { String::new() } else { format!(" → {}", join(&labs, ", ")) };
    Some(format!("<li><a href=\"#{}\">{}</a>{labs}</li>", head.id(), escape(text.trim_ascii())))
}
