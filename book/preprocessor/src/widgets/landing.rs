//! `{{#landing slug}}`: two terminals at their end and one timeline, still until asked.

use super::{
    element::{Widget, unrecorded},
    figure,
};
use crate::{
    directive::Directive,
    page::{Expanded, Page},
};
use still_running_view::{
    Timeline, View,
    recording::Recording,
    svg,
    text::{badge, escape},
    transcript,
};

/// The last lines of a terminal that are shown.
const LINES: usize = 8;

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug] = d.only(["slug"])?;
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    let chapter = page
        .link_to(slug)
        .ok_or_else(|| format!("{slug} has no chapter in SUMMARY.md to lead to"))?;
    let id = page.id(slug, "landing");
    let runs = figure::recordings(&lab, &about.variants)?;
    let Some((first, buggy)) = runs.first() else { return Ok(unrecorded(slug)) };
    let terminals: String = runs.iter().map(|(v, r)| terminal(v, r)).collect();
    let t = buggy.timeline();
    let inside = format!(
        "<div data-sr-fallback><div class=\"sr-side-by-side\">{terminals}</div>\
         <figure class=\"sr-figure\">{}{}<figcaption><p><strong>{}</strong>: {}</p></figcaption></figure></div>\
         <p class=\"sr-buttons\"><a class=\"sr-button is-main\" href=\"{chapter}\">Guess why</a> \
         <a class=\"sr-button\" href=\"{chapter}#{}\">To its terminal</a></p>{}",
        picture(&t, &id, "wide", figure::WIDE),
        picture(&t, &id, "narrow", figure::NARROW),
        escape(first),
        escape(&t.finding()),
        escape(&format!("{slug}--run-{first}")),
        super::progress::sums(page.book, page.path),
    );
    let widget = Widget { kind: "landing", class: "sr-landing", id: &id, lab: slug, data: &[] };
    Ok(widget.html(&inside))
}

fn picture(t: &Timeline, id: &str, size: &str, width: f64) -> String {
    format!(
        "<div class=\"sr-{size}\">{}</div>",
        svg(t, &View::whole(t, width, &format!("{id}-{size}")))
    )
}

fn terminal(variant: &str, recording: &Recording) -> String {
    let verdict = recording.timeline().verdict().map(badge).unwrap_or_default();
    format!(
        "<div class=\"sr-terminal\"><p class=\"sr-terminal-bar\"><span class=\"sr-name\">{}</span> {verdict}</p>\
         <pre class=\"sr-transcript\">{}</pre></div>",
        escape(variant),
        end(&recording.bytes())
    )
}

/// The last lines that say something.
fn end(bytes: &[u8]) -> String {
    let html = transcript::html(bytes);
    let lines: Vec<&str> = html.lines().filter(|l| !l.trim().is_empty()).collect();
    let last = &lines[lines.len().saturating_sub(LINES)..];
    last.iter().map(|line| format!("<span class=\"sr-term-line\">{line}\n</span>")).collect()
}
