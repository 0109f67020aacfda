//! The page's terminals, knobs and timelines. The static page works without it; this makes it live.
//!
//! It starts by itself when its script is loaded, and builds what it adds inside the elements marked `data-sr`.

mod browser;
mod page;
mod run;
mod widgets;

use browser::dom::{self, all, data, on};
use browser::json::{Lab, Labs};
use browser::site::Site;
use browser::{api, theme};
use page::Page;
use run::link;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;
use widgets::{compare, knobs, paste, question, run as run_widget, sweep, timeline};

/// The standard library's is 8 kB of what a reader loads before the first run, which needs no great allocator.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

#[wasm_bindgen(start)]
fn start() {
    Site::load(|site| match site {
        Ok(site) => ask(site),
        Err(why) => all(&dom::root(), "[data-sr]").iter().take(1).for_each(|w| {
            dom::html(w, &run_widget::note(&why));
        }),
    });
}

/// What can be run here: the server says it, or the recordings.
fn ask(site: Site) {
    if let Some(css) = &site.css {
        site.style(css);
    }
    match site.live() {
        true => api::get("/api/labs", Box::new(move |labs| boot(site, api::read(labs)))),
        false => recorded(site),
    }
}

/// Without a server: asks what the recordings say of the labs on this page, all at once.
fn recorded(site: Site) {
    let mut slugs: Vec<String> = all(&dom::root(), "[data-sr=run], [data-sr=compare]")
        .iter()
        .map(|w| data(w, "lab"))
        .collect();
    slugs.dedup();
    let urls: Vec<_> =
        slugs.iter().map(|slug| site.url(&format!("recordings/{slug}/describe.json"))).collect();
    let asked = Rc::new(RefCell::new((urls.len(), vec![], Some(site))));
    if urls.is_empty() {
        arrived(&asked);
    }
    for url in urls {
        let asked = asked.clone();
        let take = move |lab| {
            asked.borrow_mut().0 -= 1;
            // A lab without a recording has its note on the page already.
            asked.borrow_mut().1.extend(api::read::<&Lab>(lab).ok());
            arrived(&asked);
        };
        api::get(&url, Box::new(take));
    }
}

type Asked = RefCell<(usize, Vec<&'static Lab>, Option<Site>)>;

fn arrived(asked: &Asked) {
    let mut asked = asked.borrow_mut();
    if asked.0 == 0
        && let Some(site) = asked.2.take()
    {
        let labs = std::mem::take(&mut asked.1);
        boot(site, Ok(Labs { labs, mine: false, building: vec![] }));
    }
}

fn boot(site: Site, labs: Result<Labs, String>) {
    let page = Page::new(site, labs);
    let widgets = all(&dom::root(), "[data-sr]");
    widgets.iter().for_each(quiet);
    set_knobs(page);
    widgets.iter().for_each(|w| build(page, w));
    let here = || page.labs.iter().flat_map(|l| &l.labs).any(|lab| page.site.runs(&lab.slug));
    if page.site.live() || here() {
        let said = "Live on this page. Recorded";
        all(&dom::root(), "[data-sr-live]").iter().for_each(|e| dom::say(e, said));
    }
    // What the page's script keeps was forgotten, or came from a file.
    on(&dom::document(), "still-running-kept", Rc::new(|_| page.tell(&page::Signal::Forgotten)));
    on(&dom::window(), "pagehide", Rc::new(|_| page.leave()));
    theme::follow(Box::new(|| page.repaint()));
}

fn build(page: &'static Page, widget: &HtmlElement) {
    match data(widget, "sr").as_str() {
        "run" | "trial" => run_widget::build(page, widget),
        "knobs" => {
            knobs::build(page, widget);
            sweep::build(page, widget);
        }
        "timeline" => timeline::build(page, widget),
        "compare" => compare::build(page, widget),
        "question" => question::build(page, widget),
        "paste" => paste::build(page, widget),
        _ => return,
    }
    // For tests and style sheets: the controls are there.
    dom::attr(widget, "data-sr-ready", "");
}

/// The knobs that the page's address sets.
fn set_knobs(page: &Page) {
    for lab in page.labs.iter().flat_map(|l| &l.labs) {
        let knobs = link::here(lab);
        if !knobs.is_empty() {
            page.turn(&lab.slug, knobs);
        }
    }
}

/// mdBook turns pages on arrows and opens its search on `s`, wherever the focus is: not from within a widget.
fn quiet(widget: &HtmlElement) {
    let f = dom::event_callback(Rc::new(|e| e.stop_propagation()));
    for event in ["keydown", "keyup", "keypress", "submit"] {
        dom::on_way_up(widget, event, &f);
    }
}
