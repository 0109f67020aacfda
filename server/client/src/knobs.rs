//! The form for a lab's knobs: the page has its controls, and here they come to life. It sets the knobs of every run
//! of that lab on the page.

use crate::dom::{self, all, attr, data, get, html, one, part, say, set_value, value};
use crate::json::Lab;
use crate::link;
use crate::page::{self, Knobs, Page, Widget, keep};
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
    }
    let this = keep(Form { page, root: root.clone(), lab });
    page.adopt(root, this);
    this.fill(&page.turned(&this.lab.slug));
}

impl Widget for Form {
    fn act(&'static self, what: &str, _: &Event) {
        if what == "reset" {
            self.fill(&Knobs::new());
        }
        self.changed();
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
            let set = page::value(knobs, &knob.name).map(str::to_owned);
            set_value(&control, &set.unwrap_or_else(|| knob.default_text()));
        }
        self.link(knobs);
    }

    fn link(&self, knobs: &Knobs) {
        attr(&part(&self.root, ".sr-link"), "href", &link::to(self.lab, knobs));
    }

    fn control(&self, name: &str) -> Option<HtmlElement> {
        one(&self.root, &format!("[name='{name}']")).map(JsCast::unchecked_into)
    }
}

/// With a capital letter and a full stop.
fn sentence(words: &str) -> String {
    let mut chars = words.chars();
    let first = chars.next().map(|c| c.to_ascii_uppercase().to_string()).unwrap_or_default();
    first + chars.as_str() + "."
}
