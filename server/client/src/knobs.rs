//! The form for a lab's knobs, from their declaration. It sets the knobs of every run of that lab on the page.

use crate::dom::{self, add, attr, button, el, el_with, get, on, say};
use crate::link;
use crate::page::{Knobs, Page};
use labkit_wire::{Description, Knob, KnobKind};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, HtmlSelectElement};

struct Form {
    page: Rc<Page>,
    lab: Description,
    fields: Vec<Field>,
    link: HtmlElement,
}

struct Field {
    knob: Knob,
    control: HtmlElement,
    error: HtmlElement,
}

pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let slug = get(root, "data-lab").unwrap_or_default();
    let Some(info) = page.lab(&slug) else { return };
    let lab = info.lab.clone();
    dom::all(root, "[data-sr-fallback]").iter().for_each(|f| dom::show(f, false));
    let form = el("form", "sr-knobs-form");
    attr(&form, "aria-label", &format!("Knobs of {slug}"));
    // mdBook's search cancels submits anyway; there is nothing to send.
    on(&form, "submit", |event| event.prevent_default());
    let id = root.id();
    let fields = lab.knobs.iter().map(|knob| field(&form, &id, knob)).collect();
    let link = el_with("a", "sr-link", "Link to these knobs");
    let this = Rc::new(Form { page: page.clone(), lab, fields, link });
    for field in &this.fields {
        let form = this.clone();
        on(&field.control, "input", move |_| form.changed());
    }
    let reset = this.clone();
    let bar = el("div", "sr-bar");
    add(&bar, [&button("sr-reset", "Back to the defaults", move || reset.reset()), &this.link]);
    add(&form, [&bar]);
    add(root, [&form]);
    this.fill(&page.turned(&slug));
}

fn field(form: &HtmlElement, id: &str, knob: &Knob) -> Field {
    let (label, control) = (el("label", "sr-knob"), control(knob));
    let (help_id, error_id) = (format!("{id}-{}-help", knob.name), format!("{id}-{}-error", knob.name));
    let help = el_with("span", "sr-help", &format!("{} {}.", knob.help, sentence(&knob.allowed())));
    let error = el("span", "sr-error");
    attr(&help, "id", &help_id);
    attr(&error, "id", &error_id);
    attr(&error, "role", "alert");
    attr(&control, "name", &knob.name);
    attr(&control, "aria-describedby", &format!("{help_id} {error_id}"));
    let unit = match &knob.kind {
        KnobKind::Number { unit, .. } => unit.as_str(),
        KnobKind::Choice { .. } => "",
    };
    add(&label, [&el_with("span", "sr-name", &knob.name), &control, &el_with("span", "sr-unit", unit)]);
    let row = el("div", "sr-knob-row");
    add(&row, [&label, &help, &error]);
    add(form, [&row]);
    Field { knob: knob.clone(), control, error }
}

fn control(knob: &Knob) -> HtmlElement {
    match &knob.kind {
        KnobKind::Number { min, max, .. } => {
            let input = el("input", "");
            for (name, value) in [("min", min.to_string()), ("max", max.to_string())] {
                attr(&input, name, &value);
            }
            attr(&input, "type", "number");
            attr(&input, "step", "1");
            attr(&input, "inputmode", "numeric");
            input
        }
        KnobKind::Choice { choices, .. } => {
            let select = el("select", "");
            for choice in choices {
                let said = match choice.help.as_str() {
                    "" => choice.value.clone(),
                    help => format!("{} — {help}", choice.value),
                };
                let option = el_with("option", "", &said);
                attr(&option, "value", &choice.value);
                add(&select, [&option]);
            }
            select
        }
    }
}

impl Form {
    /// Takes what is in the fields; a wrong value gets its sentence, and changes nothing.
    fn changed(&self) {
        let mut knobs = Knobs::new();
        for Field { knob, control, error } in &self.fields {
            let typed = value(control);
            let refused = knob.parse(&typed).err();
            say(error, &refused.as_ref().map(|e| sentence(&e.why) + ".").unwrap_or_default());
            match refused {
                Some(_) => attr(control, "aria-invalid", "true"),
                None => {
                    control.remove_attribute("aria-invalid").unwrap_or_default();
                    knobs.insert(knob.name.clone(), typed);
                }
            }
        }
        attr(&self.link, "href", &link::to(&self.lab, &knobs));
        self.page.turn(&self.lab.slug, knobs);
    }

    fn fill(&self, knobs: &Knobs) {
        for Field { knob, control, .. } in &self.fields {
            let text = knobs.get(&knob.name).cloned().unwrap_or_else(|| knob.default_text());
            set_value(control, &text);
        }
        if knobs.is_empty() {
            attr(&self.link, "href", &link::to(&self.lab, knobs));
        } else {
            self.changed();
        }
    }

    fn reset(&self) {
        self.fill(&Knobs::new());
        self.changed();
    }
}

fn value(control: &HtmlElement) -> String {
    match control.dyn_ref::<HtmlSelectElement>() {
        Some(select) => select.value(),
        None => control.unchecked_ref::<HtmlInputElement>().value(),
    }
}

fn set_value(control: &HtmlElement, text: &str) {
    match control.dyn_ref::<HtmlSelectElement>() {
        Some(select) => select.set_value(text),
        None => control.unchecked_ref::<HtmlInputElement>().set_value(text),
    }
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
