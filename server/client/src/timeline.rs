//! A timeline widget: a recorded picture, until a run on this page takes its place.

use crate::dom::{self, add, attr, button, el, el_with, get, on, say};
use crate::page::{Page, Signal};
use crate::picture::Picture;
use crate::recording;
use crate::tape::Tape;
use std::cell::RefCell;
use std::rc::Rc;
use still_running_view::{checks, table, text::time};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement};

struct Timeline {
    page: Rc<Page>,
    root: HtmlElement,
    lab: String,
    variant: String,
    figure: HtmlElement,
    picture: Rc<Picture>,
    slider: HtmlElement,
    checks: HtmlElement,
    finding: HtmlElement,
    guess: HtmlElement,
    data: HtmlElement,
    tape: RefCell<Option<Rc<RefCell<Tape>>>>,
}

pub fn build(page: &Rc<Page>, root: &HtmlElement) {
    let data = |name: &str| get(root, name).unwrap_or_default();
    let this = Rc::new(Timeline {
        page: page.clone(),
        root: root.clone(),
        lab: data("data-lab"),
        variant: data("data-variant"),
        figure: el("figure", "sr-figure"),
        picture: Picture::new(&format!("{}-drawn", root.id())),
        slider: el("input", "sr-slider"),
        checks: el("div", ""),
        finding: el("p", ""),
        guess: el("p", "sr-guess"),
        data: el("details", "sr-data"),
        tape: RefCell::default(),
    });
    this.lay_out();
    this.listen();
    if page.lab(&this.lab).is_some_and(|l| recording::file(&l.lab, &this.variant, &vec![]).is_some()) {
        let open = this.clone();
        let explore = button("sr-explore", "Zoom and scrub", move || open.explore());
        attr(&explore, "data-sr-fallback", "");
        add(root, [&explore]);
    }
}

impl Timeline {
    fn lay_out(self: &Rc<Self>) {
        let bar = el("div", "sr-bar");
        attr(&bar, "role", "group");
        attr(&bar, "aria-label", &format!("Timeline of {} {}", self.lab, self.variant));
        let press = |label: &str, f: fn(&Picture)| {
            let picture = self.picture.clone();
            button("", label, move || f(&picture))
        };
        let buttons = [
            press("Zoom in", |p| p.zoom(0.5)),
            press("Zoom out", |p| p.zoom(2.0)),
            press("Earlier", |p| p.pan(-0.5)),
            press("Later", |p| p.pan(0.5)),
            press("Whole run", Picture::whole),
        ];
        let label = format!("Time in the run of {} {}", self.lab, self.variant);
        for (name, value) in
            [("type", "range"), ("min", "0"), ("max", "1000"), ("value", "1000"), ("aria-label", &label)]
        {
            attr(&self.slider, name, value);
        }
        add(&bar, buttons.iter().chain([&self.slider]));
        let caption = el("figcaption", "");
        add(&caption, [&self.finding, &self.guess]);
        let inside = el("div", "table-wrapper");
        add(&self.data, [&el_with("summary", "", "The same as a table"), &inside]);
        add(&self.figure, [&bar, &self.picture.host, &self.checks, &caption, &self.data]);
        dom::show(&self.figure, false);
        add(&self.root, [&self.figure]);
    }

    fn listen(self: &Rc<Self>) {
        let this = self.clone();
        self.page.hear(move |signal| match signal {
            Signal::Run { lab, variant, tape, ended } if this.is(lab, variant) => {
                this.run(tape, *ended);
            }
            Signal::At { lab, variant, at } if this.is(lab, variant) => this.at(*at),
            _ => {}
        });
        let this = self.clone();
        self.picture.on_scrub(move |at| this.tell(at));
        let this = self.clone();
        on(&self.slider, "input", move |_| {
            let share = this.slider.unchecked_ref::<HtmlInputElement>().value_as_number() / 1e3;
            this.tell((share * this.picture.end() as f64) as u64);
        });
        let this = self.clone();
        on(&self.data, "toggle", move |_| this.draw_table());
    }

    fn is(&self, lab: &str, variant: &str) -> bool {
        self.lab == lab && self.variant == variant
    }

    /// Everything that shows this run follows, this timeline too.
    fn tell(&self, at: u64) {
        let (lab, variant) = (self.lab.clone(), self.variant.clone());
        self.page.tell(&Signal::At { lab, variant, at });
        self.at(at);
    }

    fn at(&self, at: u64) {
        let end = self.picture.end();
        self.picture.cursor((at < end).then_some(at));
        let share = at as f64 / end.max(1) as f64 * 1e3;
        self.slider.unchecked_ref::<HtmlInputElement>().set_value(&share.round().to_string());
        attr(&self.slider, "aria-valuetext", &time(at));
    }

    fn run(&self, tape: &Rc<RefCell<Tape>>, ended: bool) {
        dom::all(&self.root, "[data-sr-fallback]").iter().for_each(|f| dom::show(f, false));
        dom::show(&self.figure, true);
        *self.tape.borrow_mut() = Some(tape.clone());
        self.picture.show(tape);
        if ended {
            let drawn = &tape.borrow().timeline;
            self.checks.set_inner_html(&checks(drawn));
            say(&self.finding, &drawn.finding());
            say(&self.guess, &self.page.guess(&self.root.id()).unwrap_or_default());
        }
        self.draw_table();
    }

    fn draw_table(&self) {
        let inside = dom::one(&self.data, ".table-wrapper");
        let (Some(inside), Some(tape)) = (inside, &*self.tape.borrow()) else { return };
        if self.data.has_attribute("open") {
            inside.set_inner_html(&table(&[(&self.variant, &tape.borrow().timeline)]));
        }
    }

    fn explore(self: &Rc<Self>) {
        let this = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let Some(lab) = this.page.lab(&this.lab).map(|l| l.lab.clone()) else { return };
            match recording::load(&this.page.site, &lab, &this.variant, &vec![]).await {
                Ok(tape) => this.run(&Rc::new(RefCell::new(tape)), true),
                Err(why) => add(&this.root, [&el_with("p", "sr-note", &why)]),
            }
        });
    }
}
