//! The page's terminals, knobs and timelines. The static page works without it; this makes it live.
//!
//! It starts by itself when its script is loaded, and builds what it adds inside the elements marked `data-sr`.

mod api;
mod dom;
mod escape;
mod js;
mod json;
mod kept;
mod knobs;
mod link;
mod live;
mod page;
mod run;
mod screen;
mod site;
mod socket;
mod store;
mod tape;
mod theme;
mod transcript;
mod words;
mod xterm;

use dom::{all, document, get, on};
use page::Page;
use site::Site;
use std::rc::Rc;
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
    let labs = if site.live() { api::labs().await } else { Err(String::new()) };
    let page = Page::new(site, labs);
    widgets.iter().for_each(|w| quiet(w));
    set_knobs(&page);
    widgets.iter().for_each(|w| build(&page, w));
    let repaint = page.clone();
    theme::follow(move || repaint.repaint());
    Ok(())
}

fn build(page: &Rc<Page>, widget: &HtmlElement) {
    match get(widget, "data-sr").as_deref() {
        Some("run") if page.site.live() => run::Run::build(page, widget),
        Some("knobs") => knobs::build(page, widget),
        _ => return,
    }
    // For tests and style sheets: the controls are there.
    dom::attr(widget, "data-sr-ready", "");
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
