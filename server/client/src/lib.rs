//! The page's terminals, knobs and timelines. The static page works without it; this makes it live.
//!
//! It starts by itself when its script is loaded, and builds what it adds inside the elements marked `data-sr`.

mod api;
mod compare;
mod dom;
mod escape;
mod js;
mod json;
mod kept;
mod knobs;
mod link;
mod live;
mod page;
mod picture;
mod player;
mod progress;
mod question;
mod recorded;
mod recording;
mod run;
mod screen;
mod site;
mod socket;
mod stage;
mod store;
mod tape;
mod theme;
mod timeline;
mod transcript;
mod words;
mod xterm;

use dom::{all, document, get, on};
use page::Page;
use site::Site;
use std::rc::Rc;
use still_running_protocol::{LabInfo, Labs};
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

#[wasm_bindgen(start)]
fn start() {
    wasm_bindgen_futures::spawn_local(async {
        let widgets = all(&document().document_element().expect("a page has a root"), "[data-sr]");
        match boot(&widgets).await {
            Ok(()) => {}
            Err(why) => widgets.iter().take(1).for_each(|w| {
                dom::add(w, [&dom::el_with("p", "sr-note", &why)]);
            }),
        }
    });
}

async fn boot(widgets: &[HtmlElement]) -> Result<(), String> {
    let site = Site::load().await?;
    if let Some(css) = &site.css {
        site.style(css);
    }
    let labs = match site.live() {
        true => api::labs().await,
        false => recorded_labs(&site, widgets).await,
    };
    let page = Page::new(site, labs);
    widgets.iter().for_each(quiet);
    set_knobs(&page);
    widgets.iter().for_each(|w| build(&page, w));
    let repaint = page.clone();
    theme::follow(move || repaint.repaint());
    Ok(())
}

fn build(page: &Rc<Page>, widget: &HtmlElement) {
    match get(widget, "data-sr").as_deref() {
        Some("run") if page.site.live() => run::Run::build(page, widget),
        Some("run") => recorded::build(page, widget),
        Some("knobs") => knobs::build(page, widget),
        Some("timeline") => timeline::build(page, widget),
        Some("compare") => compare::build(page, widget),
        Some("question") => question::build(page, widget),
        Some("mark") => progress::build(page, widget),
        Some("landing") => progress::resume(widget),
        _ => return,
    }
    // For tests and style sheets: the controls are there.
    dom::attr(widget, "data-sr-ready", "");
}

/// Without a server: what the recordings say of the labs on this page.
async fn recorded_labs(site: &Site, widgets: &[HtmlElement]) -> Result<Labs, String> {
    let mut slugs: Vec<String> = vec![];
    for widget in widgets {
        let run = get(widget, "data-sr").is_some_and(|kind| kind == "run" || kind == "compare");
        let slug = get(widget, "data-lab").filter(|_| run);
        slugs.extend(slug.filter(|s| !slugs.contains(s)));
    }
    let mut labs = Labs { labs: vec![], mine: false };
    for slug in slugs {
        // A lab without a recording has its note on the page already.
        if let Ok(lab) = api::get(&site.url(&format!("recordings/{slug}/describe.json"))).await {
            labs.labs.push(LabInfo { lab, missing: None });
        }
    }
    Ok(labs)
}

/// The knobs that the page's address sets.
fn set_knobs(page: &Rc<Page>) {
    for info in page.labs.iter().flat_map(|l| &l.labs) {
        let knobs = link::here(&info.lab);
        if !knobs.is_empty() {
            page.turn(&info.lab.slug, knobs);
        }
    }
}

/// mdBook turns pages on arrows and opens its search on `s`, wherever the focus is: not from within a widget.
fn quiet(widget: &HtmlElement) {
    for event in ["keydown", "keyup", "keypress", "submit"] {
        on(widget, event, |e| e.stop_propagation());
    }
}
