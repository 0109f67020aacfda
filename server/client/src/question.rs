//! Questions: the answer is kept in this browser; what is to be said about it is said when it is due.

use crate::dom::{self, add, attr, el, get, on, say};
use crate::page::Page;
use crate::store;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

/// The keys under which answers are kept.
pub const KEY: &str = "still-running answer ";

pub fn build(_: &Rc<Page>, root: &HtmlElement) {
    let word = el("p", "sr-answer");
    attr(&word, "role", "status");
    add(root, [&word]);
    for option in dom::all(root, ".sr-option") {
        let Some(input) = dom::one(&option, "input") else { continue };
        let (root, key) = (root.clone(), key(&root.id()));
        on(&input, "change", move |event| {
            let chosen = event.target().map(|t| t.unchecked_into::<HtmlInputElement>().value());
            store::keep(&store::local(), &key, &chosen.unwrap_or_default());
            answered(&root);
        });
    }
    restore(root);
}

/// A reader who comes back finds the answer as it was; so does one who reset it.
pub fn restore(root: &HtmlElement) {
    let kept = store::read(&store::local(), &key(&root.id()));
    for input in dom::all(root, "input") {
        let input: HtmlInputElement = input.unchecked_into();
        input.set_checked(kept.as_ref() == Some(&input.value()));
    }
    dom::all(root, "details").iter().for_each(|d| dom::flag(d, "open", false));
    say_answer(root, "");
    if kept.is_some() {
        answered(root);
    }
}

/// A prediction waits for its run; any other answer is told at once.
fn answered(root: &HtmlElement) {
    match get(root, "data-kind").as_deref() {
        Some("predict") => say_answer(root, "Your prediction is kept. Run it, and see."),
        _ => reveal(root),
    }
}

/// Opens what is to be said about the answer; gives a line for the outcome.
fn reveal(root: &HtmlElement) {
    let Some(option) = chosen(root) else { return };
    for other in dom::all(root, "details") {
        dom::flag(&other, "open", option.contains(Some(&other)));
    }
    let right = option.has_attribute("data-right");
    say_answer(root, if right { "✓ Right." } else { "✗ Not so; why, is under your answer." });
}

fn say_answer(root: &HtmlElement, text: &str) {
    if let Some(word) = dom::one(root, ".sr-answer") {
        say(&word, text);
    }
}

fn chosen(root: &HtmlElement) -> Option<HtmlElement> {
    let input = dom::one(root, "input:checked")?;
    input.closest(".sr-option").ok().flatten().map(JsCast::unchecked_into)
}

/// What the reader predicted, said beside the outcome; and what is to be said about it is opened.
pub fn outcome(id: &str) -> Option<String> {
    let root = dom::document().get_element_by_id(id)?.unchecked_into::<HtmlElement>();
    let option = chosen(&root)?;
    reveal(&root);
    let said = dom::one(&option, "label")?.text_content()?;
    let right = if option.has_attribute("data-right") { "✓ That is so." } else { "✗ It is not." };
    Some(format!("You predicted: “{}” {right}", said.trim()))
}

/// Which widgets show which prediction: the last one asked before them, in their section; a timeline shows the one
/// of the run it draws.
pub fn assign() -> Vec<(String, String)> {
    let (mut pairs, mut runs, mut asked) = (vec![], vec![], None::<String>);
    let Some(root) = dom::document().document_element() else { return pairs };
    for e in dom::all(&root, "main h2, [data-sr]") {
        let (data, id) = (|name: &str| get(&e, name).unwrap_or_default(), e.id());
        let run = (data("data-lab"), data("data-variant"));
        match data("data-sr").as_str() {
            "" => asked = None,
            "question" if data("data-kind") == "predict" => asked = Some(id),
            "run" => {
                if let Some(question) = &asked {
                    pairs.push((id, question.clone()));
                    runs.push((run, question.clone()));
                }
            }
            "timeline" => {
                if let Some((_, question)) = runs.iter().rev().find(|(r, _)| *r == run) {
                    pairs.push((id, question.clone()));
                }
            }
            _ => {}
        }
    }
    pairs
}

fn key(id: &str) -> String {
    format!("{KEY}{id}")
}
