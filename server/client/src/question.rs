//! Questions: the answer is kept in this browser; what is to be said about it is said when it is due.

use crate::dom::{self, all, data, flag, html, one, say, value};
use crate::page::{Page, Widget, keep};
use crate::store::{self, Store};
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// The keys under which answers are kept.
pub const KEY: &str = "still-running answer ";

struct Question(HtmlElement);

pub fn build(page: &'static Page, root: &HtmlElement) {
    html(root, "<p class=\"sr-answer\" role=\"status\"></p>");
    all(root, ".sr-option > input").iter().for_each(|i| dom::attr(i, "data-do", "change answer"));
    page.adopt(root, keep(Question(root.clone())));
    restore(root);
}

impl Widget for Question {
    fn act(&'static self, _: &str, _: &Event) {
        let chosen = one(&self.0, "input:checked").map(|i| value(&i)).unwrap_or_default();
        store::keep(&key(&self.0.id()), &chosen);
        answered(&self.0);
    }
}

/// A reader who comes back finds the answer as it was; so does one who reset it.
pub fn restore(root: &HtmlElement) {
    let kept = store::read(Store::Local, &key(&root.id()));
    for input in all(root, ".sr-option > input") {
        let on = kept.as_ref() == Some(&value(&input));
        input.unchecked_ref::<HtmlInputElement>().set_checked(on);
    }
    all(root, "details").iter().for_each(|d| flag(d, "open", false));
    flag(root, SEEN, false);
    say_answer(root, "");
    if kept.is_some() {
        answered(root);
    }
}

/// Set once the run that was predicted has been seen.
const SEEN: &str = "data-seen";

/// A prediction waits for its run; any other answer is told at once, and so is another guess after the run.
fn answered(root: &HtmlElement) {
    if data(root, "kind") == "predict" && !root.has_attribute(SEEN) {
        say_answer(root, "Your prediction is kept. Run it, and see.");
    } else {
        reveal(root);
    }
}

/// Opens what is to be said about the answer, and says whether it is right.
fn reveal(root: &HtmlElement) {
    let Some(option) = chosen(root) else { return };
    for feedback in all(root, "details") {
        flag(&feedback, "open", option.contains(Some(&feedback)));
    }
    let right = option.has_attribute("data-right");
    say_answer(
        root,
        if right { "✓ Right." } else { "✗ Not quite. The reason is under your answer." },
    );
}

fn say_answer(root: &HtmlElement, text: &str) {
    all(root, ".sr-answer").iter().for_each(|word| say(word, text));
}

fn chosen(root: &HtmlElement) -> Option<HtmlElement> {
    let input = one(root, "input:checked")?;
    dom::around(&input, ".sr-option")
}

/// What the reader predicted, said beside the outcome; and what is to be said about it is opened.
pub fn outcome(id: &str) -> Option<String> {
    let root = dom::document().get_element_by_id(id)?.unchecked_into::<HtmlElement>();
    flag(&root, SEEN, true);
    let option = chosen(&root)?;
    reveal(&root);
    let said = one(&option, "label")?.text_content()?;
    let right = if option.has_attribute("data-right") {
        "✓ That is what happened."
    } else {
        "✗ That is not what happened."
    };
    Some(format!("You predicted: “{}” {right}", said.trim_ascii()))
}

/// Which widgets show which prediction: the last one asked before them, in their section; a timeline shows the one
/// of the run it draws.
pub fn assign() -> Vec<(String, String)> {
    let (mut pairs, mut runs, mut asked) = (vec![], vec![], String::new());
    for e in all(&dom::root(), "main h2, [data-sr]") {
        let (id, run) = (e.id(), data(&e, "lab") + " " + &data(&e, "variant"));
        match data(&e, "sr").as_str() {
            "" => asked.clear(),
            "question" if data(&e, "kind") == "predict" => asked = id,
            "run" if !asked.is_empty() => {
                pairs.push((id, asked.clone()));
                runs.push((run, asked.clone()));
            }
            "timeline" => {
                let question = runs.iter().rev().find(|(r, _)| *r == run);
                pairs.extend(question.map(|(_, q)| (id, q.clone())));
            }
            _ => {}
        }
    }
    pairs
}

fn key(id: &str) -> String {
    format!("{KEY}{id}")
}
