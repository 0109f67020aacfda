//! `{{#timeline slug variant}}` and `{{#compare slug}}`: recorded runs, drawn.

use super::{
    element::{Widget, unrecorded},
    run,
};
use crate::{
    catalog::Lab,
    directive::Directive,
    page::{Expanded, Page},
};
use labkit_wire::Description;
use still_running_view::{
    Timeline, View, checks, legend,
    recording::Recording,
    svg, table,
    text::{badge, escape},
};

/// As wide as the text of a page, px.
pub(super) const WIDE: f64 = 776.0;
/// As wide as the text of a page on a phone, px.
pub(super) const NARROW: f64 = 326.0;

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
    let said = format!("Show me what the recorded run of <code>{}</code> did", escape(variant));
    Ok(widget.html(&covered(&id, &[(slug, variant)], &said, &figure)))
}

pub(super) fn compare(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug] = d.only(["slug"])?;
    let lab = page.lab(slug)?;
    let about: Description = page.describe(&lab)?;
    let id = page.id(slug, "compare");
    let recordings = recordings(&lab, &about.variants)?;
    let transcripts: String = recordings
        .iter()
        .map(|(v, r)| run::transcript(v, &r.timeline().verdict().map(badge).unwrap_or_default(), r))
        .collect();
    let widget = Widget { kind: "compare", class: "sr-compare", id: &id, lab: slug, data: &[] };
    let inside = format!(
        "{}<div class=\"sr-side-by-side\">{transcripts}</div>",
        figure(&id, &lab, &recordings)
    );
    let of: Vec<(&str, &str)> = about.variants.iter().map(|v| (slug, v.as_str())).collect();
    Ok(widget.html(&covered(&id, &of, "Show me both recorded runs", &inside)))
}

/// What tells how a run went, folded: a reader may want to guess and run first. Never a lock: it opens by one press. What
/// the signs mean is beside it, for the picture that is drawn in its place too.
fn covered(id: &str, of: &[(&str, &str)], said: &str, inside: &str) -> String {
    let runs: Vec<String> = of.iter().map(|(lab, variant)| format!("{lab} {variant}")).collect();
    format!(
        "<details class=\"sr-cover\" id=\"{id}-cover\" data-runs=\"{}\" data-sr-fallback><summary>{said}</summary>{inside}</details>{}",
        escape(&runs.join(",")),
        legend()
    )
}

pub(super) fn recordings(
    lab: &Lab,
    variants: &[String],
) -> Result<Vec<(String, Recording)>, String> {
    let mut all = vec![];
    for variant in variants {
        if let Some(recording) = lab.recording(variant, None).map_err(|e| format!("{e:#}"))? {
            all.push((variant.clone(), recording));
        }
    }
    Ok(all)
}

/// Runs on one clock: pictures, what was checked, the finding in words, and the same as a table.
fn figure(id: &str, lab: &Lab, recordings: &[(String, Recording)]) -> String {
    if recordings.is_empty() {
        return unrecorded(&lab.slug);
    }
    let runs: Vec<(&str, Timeline)> =
        recordings.iter().map(|(v, r)| (v.as_str(), r.timeline())).collect();
    let end = runs.iter().map(|(_, t)| t.end()).max().unwrap_or(0);
    let pictures: String = runs.iter().map(|(v, t)| picture(id, v, t, end)).collect();
    let findings: String = runs.iter().map(|(v, t)| finding(v, t)).collect();
    let columns: Vec<(&str, &Timeline)> = runs.iter().map(|(v, t)| (*v, t)).collect();
    format!(
        "<figure class=\"sr-figure\">{pictures}<figcaption>{findings}</figcaption>\
         <details class=\"sr-data\"><summary>The same as a table</summary><div class=\"table-wrapper\">{}</div></details></figure>",
        table(&columns)
    )
}

/// One run, drawn for the page and for a phone; the style sheet shows one of them.
fn picture(id: &str, variant: &str, t: &Timeline, end: u64) -> String {
    let draw = |width, size: &str| {
        let view = View { to: end, ..View::whole(t, width, &format!("{id}-{variant}-{size}")) };
        format!("<div class=\"sr-{size}\">{}</div>", svg(t, &view))
    };
    let verdict = t.verdict().map(badge).unwrap_or_default();
    format!(
        "<div class=\"sr-picture\"><p class=\"sr-picture-name\">{} {verdict}</p>{}{}{}</div>",
        escape(variant),
        draw(WIDE, "wide"),
        draw(NARROW, "narrow"),
        checks(t)
    )
}

fn finding(variant: &str, t: &Timeline) -> String {
    format!("<p><strong>{}</strong>: {}</p>", escape(variant), escape(&t.finding()))
}
