//! `{{#run slug variant [knob=value …]}}`: a run, and without JavaScript the transcript of a recorded one.

use super::element::{Widget, command, day, drawn, run_command, unrecorded};
use crate::{
    catalog::Lab,
    directive::Directive,
    page::{Expanded, Page},
    problem::hint,
};
use labkit_wire::{Description, Values};
use maud::{Markup, html};
use still_running_view::{recording::Recording, transcript};

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let ([slug, variant], options) = d.take(["slug", "variant"])?;
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    known_variant(&about, variant)?;
    let knobs = knobs(&about, &options)?;
    let id = page.id(slug, &format!("run-{variant}"));
    let json = serde_json::to_string(&knobs).map_err(|e| e.to_string())?;
    let data = [("variant", variant), ("knobs", json.as_str())];
    let widget = Widget { kind: "run", class: "sr-run", id: &id, lab: slug, data: &data };
    Ok(widget.html(&fallback(&lab, &about, variant, &knobs)?))
}

/// The variants a page may name: those that were built, and the reader's own.
pub(super) fn known_variant(about: &Description, variant: &str) -> Result<(), String> {
    if variant == "mine" || about.variants.iter().any(|v| v == variant) {
        return Ok(());
    }
    let hint = hint(variant, about.variants.iter().map(String::as_str));
    Err(format!(
        "{} has no variant {variant:?}{hint}; it has: {}",
        about.slug,
        about.variants.join(", ")
    ))
}

/// Only the knobs that are named, checked against their declaration.
fn knobs(
    about: &Description,
    options: &[(&str, &str)],
) -> Result<serde_json::Map<String, serde_json::Value>, String> {
    let mut all = Values::defaults(about);
    for (name, typed) in options {
        all.set(about, name, typed).map_err(|e| e.to_string())?;
    }
    let json = serde_json::to_value(&all).map_err(|e| e.to_string())?;
    let value = |name: &str| json.get(name).cloned().unwrap_or_default();
    Ok(options.iter().map(|(name, _)| ((*name).to_owned(), value(name))).collect())
}

fn fallback(
    lab: &Lab,
    about: &Description,
    variant: &str,
    knobs: &serde_json::Map<String, serde_json::Value>,
) -> Expanded {
    let typed: Vec<(String, String)> = knobs
        .iter()
        .map(|(k, v)| (k.clone(), v.to_string().trim_matches('"').to_owned()))
        .collect();
    let turned: Vec<&(String, String)> = typed
        .iter()
        .filter(|(k, v)| about.knob(k).is_none_or(|knob| knob.default_text() != *v))
        .collect();
    let recording = match turned.as_slice() {
        [] => lab.recording(variant, None),
        [(name, value)] => lab.recording(variant, Some((name, value))),
        _ => Ok(None),
    };
    let shown = match recording.map_err(|e| format!("{e:#}"))? {
        Some(recording) => transcript(variant, None, &recording),
        None if variant == "mine" => html! {
            p.sr-note { "Yours has no recording: it runs on your machine only." }
        },
        None => unrecorded(&lab.slug),
    };
    let type_it = command(&run_command(&lab.slug, variant, &typed));
    Ok(html! {
        div data-sr-fallback { (shown) p.sr-type { "To run it: " (type_it) } }
    })
}

/// The text of a recorded run, folded: a reader may want to guess first. So its title has a verdict only where one is
/// given.
pub(super) fn transcript(variant: &str, verdict: Option<Markup>, recording: &Recording) -> Markup {
    let text = transcript::html(&recording.bytes());
    html! {
        details.sr-terminal {
            summary {
                span.sr-name { (variant) } " "
                @if let Some(verdict) = verdict { (verdict) " " }
                span.sr-when { "as recorded" (day(recording)) }
            }
            pre.sr-transcript { (drawn(text.trim_end().to_owned())) }
        }
    }
}
