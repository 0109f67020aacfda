//! The form for a lab's knobs: the page has its controls, and here they come to life. It sets the knobs of every run
//! of that lab on the page.

use crate::dom::{self, add, attr, button, el, el_with, get, on, say};
use crate::link;
use crate::page::{self, Knobs, Page};
use labkit_wire::{Description, Knob};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

struct Form {
    page: Rc<Page>,
    lab: Description,
    fields: Vec<Field>,
    link: HtmlElement,
}

struct Field {
    knob: Knob,
    /// An `<input>` or a `<select>`.
    control: HtmlElement,
    error: HtmlElement,
}

pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let slug = get(root, "data-lab").unwrap_or_default();
    let (Some(info), Some(fieldset)) = (page.lab(&slug), dom::one(root, "fieldset")) else { return };
    let lab = info.lab.clone();
    let fields = lab.knobs.iter().filter_map(|knob| field(root, knob)).collect();
    let link = el_with("a", "sr-link", "Link to these knobs");
    let this = Rc::new(Form { page: page.clone(), lab, fields, link });
    for field in &this.fields {
        let form = this.clone();
        on(&field.control, "input", move |_| form.changed());
    }
    let reset = this.clone();
    let bar = el("div", "sr-bar");
    add(&bar, [&button("sr-reset", "Back to the defaults", move || reset.reset()), &this.link]);
    add(&fieldset, [&bar]);
    this.fill(&page.turned(&slug));
}

/// The page's control for that knob, with a place for what is wrong with its value.
fn field(root: &HtmlElement, knob: &Knob) -> Option<Field> {
    let control = dom::one(root, &format!("[name='{}']", knob.name))?;
    let (error, id) = (el("p", "sr-error"), format!("{}-error", control.id()));
    attr(&error, "id", &id);
    attr(&error, "role", "alert");
    let described = get(&control, "aria-describedby").unwrap_or_default();
    attr(&control, "aria-describedby", format!("{described} {id}").trim());
    control.closest(".sr-knob").ok().flatten()?.append_child(&error).ok()?;
    Some(Field { knob: knob.clone(), control, error })
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
                    knobs.push((knob.name.clone(), typed));
                }
            }
        }
        attr(&self.link, "href", &link::to(&self.lab, &knobs));
        self.page.turn(&self.lab.slug, knobs);
    }

    fn fill(&self, knobs: &Knobs) {
        for Field { knob, control, .. } in &self.fields {
            let text = page::value(knobs, &knob.name).map_or_else(|| knob.default_text(), str::to_owned);
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

/// A `<select>` has its value under the same name.
fn value(control: &HtmlElement) -> String {
    control.unchecked_ref::<HtmlInputElement>().value()
}

fn set_value(control: &HtmlElement, text: &str) {
    control.unchecked_ref::<HtmlInputElement>().set_value(text);
}

/// With a capital letter.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    chars.next().map(|c| c.to_ascii_uppercase().to_string() + chars.as_str()).unwrap_or_default()
}
