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
    pub fn html(&self, inside: &str) -> String {
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
pub(super) fn command(text: &str) -> String {
    format!("<code class=\"sr-command\">{}</code>", escape(text))
}

/// What to type for a run.
pub(super) fn run_command(lab: &str, variant: &str, knobs: &[(String, String)]) -> String {
    let knobs: String = knobs.iter().map(|(name, value)| format!(" --{name} {value}")).collect();
    format!("target/debug/still-running run {lab} {variant}{knobs}")
}

/// ` on 2026-11-22`, where the recording says when; as HTML.
pub(super) fn day(recording: &Recording) -> String {
    recording.header.date().map(|d| format!(" on <time>{d}</time>")).unwrap_or_default()
}

/// What stands where a recording would.
pub(super) fn unrecorded(lab: &str) -> String {
    format!(
        "<p class=\"sr-note\">There is no recording of this run yet. {} makes one.</p>",
        command(&format!("cargo xtask record {lab}"))
    )
}
