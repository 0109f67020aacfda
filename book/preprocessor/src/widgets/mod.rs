//! What each directive becomes.

mod code;
pub(crate) mod diff;
mod element;
mod figure;
mod knobs;
mod landing;
mod messages;
mod order;
mod progress;
mod question;
mod run;
mod strip;

use crate::{
    directive::Directive,
    page::{Expanded, Page},
};
use maud::html;

pub(crate) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    match d.name {
        "run" | "diff" | "timeline" | "compare" if page.is_for_search() => Ok(html! {}),
        "lab" => strip::expand(page, d),
        "code" => code::expand(page, d),
        "run" => run::expand(page, d),
        "knobs" => knobs::expand(page, d),
        "diff" => diff::expand(page, d),
        "timeline" => figure::timeline(page, d),
        "compare" => figure::compare(page, d),
        "landing" => landing::expand(page, d),
        "messages" => messages::all(page, d),
        "paste" => messages::paste(page, d),
        "path" => progress::path(page, d),
        "predict" | "saw" | "check" => question::expand(page, d),
        other => Err(format!("{other} has no widget")),
    }
}

pub(crate) use progress::end;
