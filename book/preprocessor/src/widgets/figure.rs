//! `{{#timeline slug variant}}` and `{{#compare slug}}`: recorded runs, drawn.

use super::{
    element::{Widget, drawn, unrecorded, verdict},
    run,
};
use crate::{
    catalog::Lab,
    directive::Directive,
    page::{Expanded, Page},
};
use labkit_wire::Description;
use maud::{Markup, html};
use still_running_view::{
    Timeline, View, checks, legend,
    recording::Recording,
    svg, table,
    text::{badge, escape},
};

/// As wide as the text of a page, px.
const WIDE: f64 = 776.0;
/// As wide as the text of a page on a phone, px.
const NARROW: f64 = 326.0;

pub(super) fn timeline(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug, variant] = d.only(["slug", "variant"])?;
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    run::known_variant(&about, variant)?;
    let id = page.id(slug, &format!("timeline-{variant}"));
    let data = [("variant", variant)];
    let widget =
        Widget { kind: "timeline", class: "sr-timelines", id: &id, lab: slug, data: &data };
    let recordings = recordings(&lab, &[variant.to_owned()])?;
    let figure = figure(&id, &lab, &recordings);
    let said = html! { "Show me what the recorded run of " code { (variant) } " did" };
    Ok(widget.html(&covered(&id, &[(slug, variant)], &said, &figure)))
}

pub(super) fn compare(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug] = d.only(["slug"])?;
    let lab = page.lab(slug)?;
    let about: Description = page.describe(&lab)?;
    let id = page.id(slug, "compare");
    let recordings = recordings(&lab, &about.variants)?;
    let widget = Widget { kind: "compare", class: "sr-compare", id: &id, lab: slug, data: &[] };
    let inside = html! {
        (figure(&id, &lab, &recordings))
        div.sr-side-by-side {
            @for (variant, recording) in &recordings {
                (run::transcript(variant, Some(verdict(recording)), recording))
            }
        }
    };
    let of: Vec<(&str, &str)> = about.variants.iter().map(|v| (slug, v.as_str())).collect();
    Ok(widget.html(&covered(&id, &of, &html! { "Show me both recorded runs" }, &inside)))
}

/// What tells how a run went, folded: a reader may want to guess and run first. Never a lock: it opens by one press. What
/// the signs mean is beside it, for the picture that is drawn in its place too.
fn covered(id: &str, of: &[(&str, &str)], said: &Markup, inside: &Markup) -> Markup {
    let runs: Vec<String> = of.iter().map(|(lab, variant)| format!("{lab} {variant}")).collect();
    html! {
        details.sr-cover #{ (id) "-cover" } data-runs=(runs.join(",")) data-sr-fallback {
            summary { (said) }
            (inside)
        }
        (drawn(legend()))
    }
}

fn recordings(lab: &Lab, variants: &[String]) -> Result<Vec<(String, Recording)>, String> {
    let mut all = vec![];
    for variant in variants {
        if let Some(recording) = lab.recording(variant, None).map_err(|e| format!("{e:#}"))? {
            all.push((variant.clone(), recording));
        }
    }
    Ok(all)
}

/// Runs on one clock: pictures, what was checked, the finding in words, and the same as a table.
fn figure(id: &str, lab: &Lab, recordings: &[(String, Recording)]) -> Markup {
    if recordings.is_empty() {
        return unrecorded(&lab.slug);
    }
    let runs: Vec<(&str, Timeline)> =
        recordings.iter().map(|(v, r)| (v.as_str(), r.timeline())).collect();
    let end = runs.iter().map(|(_, t)| t.end()).max().unwrap_or(0);
    let columns: Vec<(&str, &Timeline)> = runs.iter().map(|(v, t)| (*v, t)).collect();
    html! {
        figure.sr-figure {
            @for (variant, timeline) in &runs { (picture(id, variant, timeline, end)) }
            figcaption { @for (variant, timeline) in &runs { (finding(variant, timeline)) } }
            details.sr-data {
                summary { "The same as a table" }
                div.table-wrapper { (drawn(table(&columns))) }
            }
        }
    }
}

/// One run, drawn for the page and for a phone; the style sheet shows one of them.
fn picture(id: &str, variant: &str, t: &Timeline, end: u64) -> Markup {
    let draw = |width, size: &str| {
        let view = View { to: end, ..View::whole(t, width, &format!("{id}-{variant}-{size}")) };
        drawn(svg(t, &view))
    };
    let verdict = drawn(t.verdict().map(badge).unwrap_or_default());
    html! {
        div.sr-picture {
            p.sr-picture-name { (variant) " " (verdict) }
            div.sr-wide { (draw(WIDE, "wide")) }
            div.sr-narrow { (draw(NARROW, "narrow")) }
            (drawn(checks(t)))
        }
    }
}

/// A run's finding in words, which go through `escape`: a lab may say anything, and a page shows no control character.
fn finding(variant: &str, t: &Timeline) -> Markup {
    html! { p { strong { (variant) } ": " (drawn(escape(&t.finding()))) } }
}
