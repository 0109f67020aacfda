//! A knob over its whole range, by the lab's own program in this page. What that takes is loaded when it is asked for.

use crate::browser::dom::{self, enable, html, part, say};
use crate::browser::js;
use crate::browser::json::Lab;
use crate::browser::keep::keep;
use crate::page::{Page, Widget};
use crate::run::program::module;
use crate::run::words;
use web_sys::{Event, HtmlElement};

const MARKUP: &str = "<div class=\"sr-sweep\" data-sr=\"sweep\" data-sr-ready><div class=\"sr-bar\"><button type=\"button\" class=\"sr-go\" \
    data-do=\"click sweep\">Try every value of a knob</button><span class=\"sr-progress\"></span></div></div>";

struct Sweep {
    page: &'static Page,
    root: HtmlElement,
    lab: &'static Lab,
}

/// Below the knobs of a lab that has a program.
pub fn build(page: &'static Page, knobs: &HtmlElement) {
    let Some(lab) = page.lab(&dom::data(knobs, "lab")) else { return };
    if page.site.program_of(&lab.slug).is_some() {
        html(knobs, MARKUP);
        let root = part(knobs, ".sr-sweep");
        page.adopt(&root, keep(Sweep { page, root: root.clone(), lab }));
    }
}

impl Widget for Sweep {
    fn act(&'static self, _: &str, _: &Event) {
        let Some((programs, url)) = self.page.site.program_of(&self.lab.slug) else { return };
        let go = part(&self.root, ".sr-go");
        enable(&go, false);
        let open = move |module: Option<&'static js::Programs>| match module {
            Some(module) => module.sweep(&self.root, &self.lab.slug, &url),
            None => {
                enable(&go, true);
                say(&part(&self.root, ".sr-progress"), words::NO_SCRIPT);
            }
        };
        module(self.page.site, programs, Box::new(open));
    }
}
