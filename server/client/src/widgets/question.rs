//! Questions: the answer is kept in this browser; what is to be said about it is said when it is due.
//!
//! A prediction is judged by a run, and by any run of the page that it is about, wherever it was started. What a run
//! was is read from its own events, not from the page: so a run that a link or another section made counts as well.

mod about;
mod around;

use crate::browser::dom::{self, all, attr, data, enable, flag, get, html, one, say, show, value};
use crate::browser::keep::keep;
use crate::browser::store::{self, Store};
use crate::page::{Page, Signal, Widget};
use crate::run::Shared;
use about::{About, Fit};
use around::Sides;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement, HtmlInputElement};

/// The keys under which answers are kept.
const KEY: &str = "still-running answer ";

const MARKUP: &str = "<div class=\"sr-bar\"><button type=\"button\" class=\"sr-submit\" data-do=\"click submit\" \
    aria-disabled=\"true\">Submit</button></div><p class=\"sr-answer\" role=\"status\"></p>";

struct Question {
    page: &'static Page,
    root: HtmlElement,
    /// The runs it is about; none where it is answered at once.
    about: Option<About>,
    /// Set once such a run was seen, by running it or by looking at its recording.
    seen: Cell<bool>,
    /// The runs on either side of a threshold.
    sides: RefCell<Sides>,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    // Within the question's own group: there it is seen to belong, and a screen reader says to what.
    html(&dom::part(root, "fieldset"), MARKUP);
    all(root, ".sr-option > input").iter().for_each(|i| attr(i, "data-do", "change choose"));
    let about = (data(root, "kind") == "predict").then(|| About::of(root));
    let this = keep(Question {
        page,
        root: root.clone(),
        about,
        seen: Cell::default(),
        sides: RefCell::default(),
    });
    page.adopt(root, this);
    this.watch_covers();
    this.restore();
}

impl Widget for Question {
    fn act(&'static self, what: &str, _: &Event) {
        match what {
            // The arrow keys choose as they pass: so a choice is no answer yet.
            "choose" => enable(&self.submit(), self.chosen() != self.kept()),
            _ => {
                store::keep(&key(&self.root), &self.chosen().unwrap_or_default());
                enable(&self.submit(), false);
                self.answered();
            }
        }
    }

    fn hear(&'static self, signal: &Signal<'_>) {
        match signal {
            Signal::Run { tape, ended: true, .. } => self.judge(tape),
            Signal::Forgotten => self.restore(),
            _ => {}
        }
    }
}

impl Question {
    fn submit(&self) -> HtmlElement {
        dom::part(&self.root, ".sr-submit")
    }

    fn chosen(&self) -> Option<String> {
        one(&self.root, "input:checked").map(|i| value(&i))
    }

    /// The answer that was given.
    fn kept(&self) -> Option<String> {
        store::read(Store::Local, &key(&self.root))
    }

    /// A reader who comes back finds the answer as it was; so does one who reset it.
    fn restore(&self) {
        let kept = self.kept();
        for input in all(&self.root, ".sr-option > input") {
            let on = kept.as_ref() == Some(&value(&input));
            input.unchecked_ref::<HtmlInputElement>().set_checked(on);
        }
        enable(&self.submit(), false);
        self.cover();
        self.say("");
        if kept.is_some() {
            self.answered();
        }
    }

    /// A prediction waits for its run; any other answer is told at once.
    fn answered(&self) {
        self.cover();
        match &self.about {
            Some(_) if !self.seen.get() => self.say("Your prediction is kept. Run it, and see."),
            Some(_) => self.tell("You had seen the run before."),
            None => self.tell(""),
        }
    }

    /// Nothing is told yet.
    fn cover(&self) {
        for option in all(&self.root, ".sr-option") {
            attr(&option, "class", "sr-option");
            say(&dom::part(&option, ".sr-mark"), "");
            let feedback = dom::part(&option, ".sr-feedback");
            flag(&feedback, "open", false);
            show(&feedback, false);
        }
    }

    /// Marks the right option and the reader's own, and opens what is to be said about the latter.
    fn tell(&self, before: &str) {
        let Some(own) = self.own() else { return };
        for option in all(&self.root, ".sr-option") {
            let (right, own) = (is_right(&option), option == own);
            let (class, mark) = match (right, own) {
                (true, true) => ("is-right", "✓ right, and your answer"),
                (true, false) => ("is-right", "✓ right"),
                (false, true) => ("is-wrong", "✗ your answer"),
                (false, false) => ("", ""),
            };
            attr(&option, "class", &format!("sr-option {class}"));
            say(&dom::part(&option, ".sr-mark"), mark);
            let feedback = dom::part(&option, ".sr-feedback");
            show(&feedback, true);
            flag(&feedback, "open", own);
        }
        let word = if is_right(&own) { "✓ Right." } else { "✗ Not quite." };
        self.say(&format!("{word} The reason is under each answer. {before}"));
    }

    fn say(&self, text: &str) {
        say(&dom::part(&self.root, ".sr-answer"), text.trim_ascii());
    }

    /// The option that was submitted.
    fn own(&self) -> Option<HtmlElement> {
        let kept = self.kept()?;
        let options = all(&self.root, ".sr-option");
        options.into_iter().find(|o| one(o, "input").is_some_and(|i| value(&i) == kept))
    }

    /// A run has ended: is it one that this question is about?
    fn judge(&self, tape: &Shared) {
        let Some(about) = &self.about else { return };
        let fit = about.fit(self.page, &tape.borrow());
        match fit {
            Fit::Elsewhere => {}
            Fit::Other(why) if !self.seen.get() && self.kept().is_some() => self.say(&why),
            Fit::Other(_) => {}
            Fit::Settles => {
                self.settle(tape, "That is what happened.", "That is not what happened.")
            }
            Fit::Side(run) => {
                let sides = &mut *self.sides.borrow_mut();
                sides.add(run);
                match sides.decided() {
                    Ok(by) => self.settle(tape, &by, &by),
                    Err(yet) if self.kept().is_some() && !self.seen.get() => self.say(&yet),
                    Err(_) => {}
                }
            }
        }
    }

    /// That run decides. What it says is said here, and beside the run, wherever that is shown.
    fn settle(&self, tape: &Shared, right: &str, wrong: &str) {
        let first = !self.seen.replace(true);
        let Some(own) = self.own() else { return };
        let said = one(&own, "label").and_then(|l| l.text_content()).unwrap_or_default();
        let why = if is_right(&own) { format!("✓ {right}") } else { format!("✗ {wrong}") };
        let said = format!("You predicted: “{}” {why}", said.trim_ascii());
        if first {
            self.tell("");
        }
        self.say(&said);
        self.page.tell(&Signal::Judged { tape, said: &said });
    }

    /// Who opens the recording before answering has seen the run; a prediction that was made is judged by it.
    fn watch_covers(&'static self) {
        let Some(about) = &self.about else { return };
        let of = format!("{} {}", about.lab, about.variant);
        for cover in all(&dom::root(), ".sr-cover") {
            if about.is_plain() && data(&cover, "runs").split(',').any(|run| run == of) {
                let opened = cover.clone();
                dom::on(&cover, "toggle", Rc::new(move |_| self.looked_at(&opened)));
                self.looked_at(&cover);
            }
        }
    }

    fn looked_at(&self, cover: &HtmlElement) {
        if get(cover, "open").is_some() && !self.seen.replace(true) && self.kept().is_some() {
            self.tell("");
        }
    }
}

fn is_right(option: &HtmlElement) -> bool {
    option.has_attribute("data-right")
}

fn key(root: &HtmlElement) -> String {
    format!("{KEY}{}", root.id())
}
