use maud::{Markup, PreEscaped, html};
use still_running_view::{recording::Recording, text::escape};

/// An element the client takes over: its attributes, and what stands there without JavaScript.
pub(super) struct Widget<'a> {
    pub kind: &'a str,
    pub class: &'a str,
    pub id: &'a str,
    pub lab: &'a str,
    /// Further `data-` attributes: name without `data-`, and value.
    pub data: &'a [(&'a str, &'a str)],
}

impl Widget<'_> {
    /// By hand: the names of some attributes are known here only.
    pub fn html(&self, inside: &Markup) -> Markup {
        let data: String = self
            .data
            .iter()
            .map(|(name, value)| format!(" data-{name}=\"{}\"", escape(value)))
            .collect();
        PreEscaped(format!(
            "<div class=\"sr-widget {}\" data-sr=\"{}\" data-lab=\"{}\"{data} id=\"{}\">{}</div>",
            self.class,
            self.kind,
            escape(self.lab),
            escape(self.id),
            inside.0
        ))
    }
}

/// A command a reader can type.
pub(super) fn command(text: &str) -> Markup {
    html! { code.sr-command { (text) } }
}

/// What to type for a run.
pub(super) fn run_command(lab: &str, variant: &str, knobs: &[(String, String)]) -> String {
    let knobs: String = knobs.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
    format!("target/debug/still-running run {lab} {variant}{knobs}")
}

/// ` on 2026-11-22`, where the recording says when.
pub(super) fn day(recording: &Recording) -> Markup {
    html! {
        @if let Some(day) = recording.header.date() { " on " time { (day) } }
    }
}

/// What stands where a recording would.
pub(super) fn unrecorded(lab: &str) -> Markup {
    html! {
        p.sr-note {
            "There is no recording of this run yet. " (command(&format!("cargo xtask record {lab}"))) " makes one."
        }
    }
}

/// What a run did, as the library draws or writes it.
pub(super) fn drawn(html: String) -> Markup {
    PreEscaped(html)
}

/// A verdict, where there is one.
pub(super) fn verdict(recording: &Recording) -> Markup {
    drawn(recording.timeline().verdict().map(still_running_view::text::badge).unwrap_or_default())
}
