//! What each directive becomes.

mod code;
pub(crate) mod diff;
mod figure;
mod knobs;
mod landing;
mod question;
mod run;
mod strip;

use crate::{
    directive::Directive,
    expand::{Expanded, Page},
};
use still_running_view::{recording::Recording, text::escape};

pub(crate) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    match d.name {
        "lab" => strip::expand(page, d),
        "code" => code::expand(page, d),
        "run" => run::expand(page, d),
        "knobs" => knobs::expand(page, d),
        "diff" => diff::expand(page, d),
        "timeline" => figure::timeline(page, d),
        "compare" => figure::compare(page, d),
        "landing" => landing::expand(page, d),
        "predict" | "saw" | "check" => question::expand(page, d),
        other => Err(format!("{other} has no widget")),
    }
}

/// An element the client takes over: its attributes, and what stands there without JavaScript.
struct Widget<'a> {
    kind: &'a str,
    class: &'a str,
    id: &'a str,
    lab: &'a str,
    /// Further `data-` attributes: name without `data-`, and value.
    data: &'a [(&'a str, &'a str)],
}

impl Widget<'_> {
    fn html(&self, inside: &str) -> String {
        let data: String = self
            .data
            .iter()
            .map(|(name, value)| format!(" data-{name}=\"{}\"", escape(value)))
            .collect();
        format!(
            "<div class=\"sr-widget {}\" data-sr=\"{}\" data-lab=\"{}\"{data} id=\"{}\">{inside}</div>",
            self.class,
            self.kind,
            escape(self.lab),
            escape(self.id)
        )
    }
}

/// A command a reader can type.
fn command(text: &str) -> String {
    format!("<code class=\"sr-command\">{}</code>", escape(text))
}

/// What to type for a run.
fn run_command(lab: &str, variant: &str, knobs: &[(String, String)]) -> String {
    let knobs: String = knobs.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
    format!("still-running run {lab} {variant}{knobs}")
}

/// ` on 2026-11-22`, where the recording says when; as HTML.
fn day(recording: &Recording) -> String {
    recording.header.date().map(|d| format!(" on <time>{d}</time>")).unwrap_or_default()
}

/// What stands where a recording would.
fn unrecorded(lab: &str) -> String {
    format!(
        "<p class=\"sr-note\">There is no recording of this run yet. {} makes one.</p>",
        command(&format!("cargo xtask record {lab}"))
    )
}
