//! The form for a lab's knobs: the page has its controls, and here they come to life. It sets the knobs of every run
//! of that lab on the page.

use crate::browser::dom::{self, all, attr, data, get, html, one, part, say, set_value, value};
use crate::browser::json::Lab;
use crate::browser::keep::keep;
use crate::page::{Page, Signal, Widget};
use crate::run::link;
use crate::run::{Knobs, value as value_of};
use labkit_wire::{Clock, KnobKind};
use still_running_view::text::escape;
use wasm_bindgen::JsCast;
use web_sys::{Event, HtmlElement};

const BAR: &str = "<div class=\"sr-bar\"><button type=\"button\" class=\"sr-reset\" data-do=\"click reset\">Back to the \
    defaults</button><a class=\"sr-link\">Link to these knobs</a></div>";

struct Form {
    page: &'static Page,
    root: HtmlElement,
    lab: &'static Lab,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    let Some(lab) = page.lab(&data(root, "lab")) else { return };
    let Some(fieldset) = one(root, "fieldset") else { return };
    html(&fieldset, BAR);
    for knob in all(root, ".sr-knob") {
        let Some(control) = one(&knob, "[name]") else { continue };
        let id = format!("{}-error", control.id());
        html(&knob, &format!("<p class=\"sr-error\" id=\"{id}\" role=\"alert\"></p>"));
        let described = get(&control, "aria-describedby").unwrap_or_default();
        attr(&control, "aria-describedby", &format!("{described} {id}"));
        attr(&control, "data-do", "input turn");
        if let Some(range) = knob_range(lab, &control) {
            html(&part(&knob, ".sr-control"), &range);
        }
    }
    let this = keep(Form { page, root: root.clone(), lab });
    page.adopt(root, this);
    this.fill(&page.turned(&this.lab.slug));
}

impl Widget for Form {
    fn act(&'static self, what: &str, event: &Event) {
        match (what, event.target()) {
            ("reset", _) => self.fill(&Knobs::new()),
            ("slide", Some(slider)) => self.slid(slider.unchecked_ref()),
            _ => {}
        }
        self.changed();
        // A run on a paused clock takes no time: it follows the hand.
        if what == "slide" && self.lab.clock == Clock::Paused {
            self.page.tell(&Signal::Moved { lab: &self.lab.slug });
        }
    }
}

impl Form {
    /// Takes what is in the fields; a wrong value gets its sentence, and changes nothing.
    fn changed(&self) {
        let mut knobs = Knobs::new();
        for knob in &self.lab.knobs {
            let Some(control) = self.control(&knob.name) else { continue };
            let typed = value(&control);
            let refused = knob.parse(&typed).err();
            let why = refused.as_ref().map(|e| sentence(&e.why)).unwrap_or_default();
            if let Some(row) = dom::around(&control, ".sr-knob") {
                say(&part(&row, ".sr-error"), &why);
            }
            match refused {
                Some(_) => attr(&control, "aria-invalid", "true"),
                None => {
                    dom::unset(&control, "aria-invalid");
                    self.range(&control).iter().for_each(|range| set_value(range, &typed));
                    knobs.push((knob.name.clone(), typed));
                }
            }
        }
        self.link(&knobs);
        self.page.turn(&self.lab.slug, knobs);
    }

    fn fill(&self, knobs: &Knobs) {
        for knob in &self.lab.knobs {
            let Some(control) = self.control(&knob.name) else { continue };
            let set = value_of(knobs, &knob.name).map(str::to_owned);
            let set = set.unwrap_or_else(|| knob.default_text());
            set_value(&control, &set);
            self.range(&control).iter().for_each(|range| set_value(range, &set));
        }
        self.link(knobs);
    }

    /// The field beside a slider follows it.
    fn slid(&self, slider: &HtmlElement) {
        let row = dom::around(slider, ".sr-knob");
        let field = row.and_then(|row| one(row.unchecked_ref(), "[name]"));
        field.iter().for_each(|field| set_value(field, &value(slider)));
    }

    fn link(&self, knobs: &Knobs) {
        attr(&part(&self.root, ".sr-link"), "href", &link::to(self.lab, knobs));
    }

    fn range(&self, control: &HtmlElement) -> Option<HtmlElement> {
        let row = dom::around(control, ".sr-knob")?;
        one(row.unchecked_ref(), ".sr-range")
    }

    fn control(&self, name: &str) -> Option<HtmlElement> {
        one(&self.root, &format!("[name='{name}']")).map(JsCast::unchecked_into)
    }
}

/// A slider for a number: the field beside it is the control of record.
fn knob_range(lab: &Lab, control: &HtmlElement) -> Option<String> {
    let name = get(control, "name")?;
    let knob = lab.knobs.iter().find(|knob| knob.name == name)?;
    let KnobKind::Number { min, max, default, .. } = &knob.kind else { return None };
    let name = escape(&name);
    Some(format!(
        "<input type=\"range\" class=\"sr-range\" aria-label=\"{name}, slider\" min=\"{min}\" max=\"{max}\" value=\"{default}\" data-do=\"input slide\">"
    ))
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str() + "."
}
