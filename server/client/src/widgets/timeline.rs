//! A timeline widget: a recorded picture, until a run on this page takes its place.

use crate::browser::dom::{self, attr, data, html, part, say, set_value, show, value};
use crate::browser::keep::keep;
use crate::page::picture::{self, Picture};
use crate::page::{Page, Signal, Widget};
use crate::run::Shared;
use crate::run::recording;
use crate::run::words;
use crate::widgets::run::note;
use labkit_wire::text::whole;
use std::cell::RefCell;
use std::rc::Rc;
use still_running_view::text::{escape, time};
use still_running_view::{checks, table};
use web_sys::{Event, HtmlElement};

const EXPLORE: &str = "<button type=\"button\" class=\"sr-explore\" data-do=\"click explore\" data-sr-fallback>Zoom and \
    scrub</button>";

const BUTTONS: [(&str, &str); 5] = [
    ("in", "Zoom in"),
    ("out", "Zoom out"),
    ("earlier", "Earlier"),
    ("later", "Later"),
    ("whole", "Whole run"),
];

struct Timeline {
    page: &'static Page,
    root: HtmlElement,
    lab: String,
    variant: String,
    picture: &'static Picture,
    tape: RefCell<Option<Shared>>,
}

pub fn build(page: &'static Page, root: &HtmlElement) {
    let (lab, variant) = (data(root, "lab"), data(root, "variant"));
    html(root, &markup(&lab, &variant));
    let recorded = page.lab(&lab).and_then(|l| recording::file(l, &variant, &vec![]));
    if recorded.is_some() {
        let cover = dom::one(root, ".sr-cover");
        html(cover.as_ref().unwrap_or(root), EXPLORE);
    }
    let picture = Picture::new(part(root, ".sr-tl-frame"), format!("{}-drawn", root.id()));
    let (root, tape) = (root.clone(), RefCell::default());
    let this = keep(Timeline { page, root, lab, variant, picture, tape });
    page.adopt(&this.root, this);
}

fn markup(lab: &str, variant: &str) -> String {
    let of = format!("{} {}", escape(lab), escape(variant));
    let mut buttons = String::new();
    for (what, name) in BUTTONS {
        buttons += &format!("<button type=\"button\" data-do=\"click {what}\">{name}</button>");
    }
    format!(
        "<figure class=\"sr-figure sr-drawn\" hidden><p class=\"sr-picture-name\"></p><div class=\"sr-bar\" role=\"group\" aria-label=\"Timeline of {of}\">{buttons}\
         <input type=\"range\" class=\"sr-slider\" data-do=\"input slide\" min=\"0\" max=\"1000\" value=\"1000\" \
         aria-label=\"Time in the timeline of {of}\"></div>{}<div class=\"sr-found\"></div><figcaption><p class=\"sr-finding\"></p>\
         <p class=\"sr-guess\"></p></figcaption><details class=\"sr-data\" data-do=\"toggle table\"><summary>The same as a \
         table</summary><div class=\"table-wrapper\"></div></details></figure>",
        picture::markup("scrub")
    )
}

impl Widget for Timeline {
    fn act(&'static self, what: &str, event: &Event) {
        match what {
            "in" => self.picture.zoom(0.5),
            "out" => self.picture.zoom(2.0),
            "earlier" => self.picture.pan(-0.5),
            "later" => self.picture.pan(0.5),
            "whole" => self.picture.whole(),
            "table" => self.draw_table(),
            "explore" => self.explore(),
            "scrub" => self.picture.pointer(event).iter().for_each(|at| self.tell(*at)),
            _ => {
                let step = whole(&value(&self.part(".sr-slider"))).unwrap_or(0);
                self.tell(step * self.picture.end() / 1000);
            }
        }
    }

    fn hear(&'static self, signal: &Signal<'_>) {
        match signal {
            Signal::Run { lab, variant, tape, ended } if self.is(lab, variant) => {
                self.run(tape, *ended);
            }
            Signal::Judged { tape, said } if self.draws(tape) => {
                say(&self.part(".sr-guess"), said);
            }
            Signal::At { lab, variant, at } if self.is(lab, variant) => self.at(*at),
            _ => {}
        }
    }
}

impl Timeline {
    fn part(&self, class: &str) -> HtmlElement {
        part(&part(&self.root, ".sr-drawn"), class)
    }

    fn is(&self, lab: &str, variant: &str) -> bool {
        self.lab == lab && self.variant == variant
    }

    fn draws(&self, tape: &Shared) -> bool {
        self.tape.borrow().as_ref().is_some_and(|drawn| Rc::ptr_eq(drawn, tape))
    }

    /// Everything that shows this run follows, this timeline too.
    fn tell(&self, at: u64) {
        self.page.tell(&Signal::At { lab: &self.lab, variant: &self.variant, at });
    }

    fn at(&self, at: u64) {
        let end = self.picture.end();
        self.picture.cursor((at < end).then_some(at));
        let slider = self.part(".sr-slider");
        set_value(&slider, &(at * 1000 / end.max(1)).to_string());
        attr(&slider, "aria-valuetext", &time(at));
    }

    fn run(&self, tape: &Shared, ended: bool) {
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| show(f, false));
        show(&part(&self.root, ".sr-drawn"), true);
        if !self.draws(tape) {
            say(&self.part(".sr-guess"), "");
            set_value(&self.part(".sr-slider"), "1000");
        }
        if let (Some(lab), Some(run)) = (self.page.lab(&self.lab), tape.borrow().timeline.run()) {
            say(&self.part(".sr-picture-name"), &words::ran(lab, run));
        }
        *self.tape.borrow_mut() = Some(tape.clone());
        self.picture.show(tape);
        if ended {
            let drawn = &tape.borrow().timeline;
            self.part(".sr-found").set_inner_html(&checks(drawn));
            say(&self.part(".sr-finding"), &drawn.finding());
            self.draw_table();
        }
    }

    fn draw_table(&self) {
        let tape = self.tape.borrow();
        let Some(tape) = tape.as_ref().filter(|_| self.part(".sr-data").has_attribute("open"))
        else {
            return;
        };
        let html = table(&[(&self.variant, &tape.borrow().timeline)]);
        self.part(".table-wrapper").set_inner_html(&html);
    }

    fn explore(&'static self) {
        let Some(lab) = self.page.lab(&self.lab) else { return };
        let take = move |loaded: recording::Loaded| match loaded {
            Ok(tape) => self.run(&Rc::new(RefCell::new(tape)), true),
            Err(why) => html(&self.root, &note(&why)),
        };
        recording::load(self.page.site, lab, &self.variant, &vec![], Box::new(take));
    }
}
