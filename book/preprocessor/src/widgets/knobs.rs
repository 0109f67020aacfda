//! `{{#knobs slug}}`: the knobs as form controls, and what the recorded runs showed over their values.

use super::element::{Widget, command, run_command};
use crate::{
    directive::Directive,
    html,
    page::{Expanded, Page},
};
use labkit_wire::{Choice, Knob, KnobKind};
use still_running_view::{
    grid::{Axis, Point, chart},
    text::escape,
};

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug] = d.only(["slug"])?;
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    let Some(first) = about.knobs.first() else {
        return Err(format!("{slug} has no knobs; remove this line"));
    };
    let grid = lab.grid().map_err(|e| format!("{e:#}"))?;
    let id = page.id(slug, "knobs");
    let controls: String = about.knobs.iter().map(|k| control(&id, k)).collect();
    // They show from which value on the bug is gone.
    let shown = if page.is_for_search() { &[] } else { about.knobs.as_slice() };
    let charts: String = shown.iter().map(|k| figure(&grid, k)).collect();
    let typed = command(&run_command(slug, "buggy", &[]));
    let widget = Widget { kind: "knobs", class: "sr-knobs", id: &id, lab: slug, data: &[] };
    let trial = trial(slug, &id);
    Ok(widget.html(&format!(
        "<fieldset><legend>Knobs of <code>{}</code></legend>{controls}</fieldset>{trial}\
         <p class=\"sr-type\">To run it: {typed}<span class=\"sr-turn\">; a knob is turned by adding it, such as {}</span></p>{charts}",
        escape(slug),
        command(&example(first))
    )))
}

/// Where the knobs are turned they are tried, too: a run of its own. Without JavaScript there is nothing to see.
fn trial(slug: &str, id: &str) -> String {
    let (id, data) = (format!("{id}-run"), [("variant", "buggy"), ("knobs", "{}")]);
    Widget { kind: "trial", class: "sr-run", id: &id, lab: slug, data: &data }.html("")
}

/// A knob turned, as one would type it.
fn example(knob: &Knob) -> String {
    let default = knob.default_text();
    let recorded = knob.grid().into_iter().find(|value| *value != default);
    let value = recorded.unwrap_or_else(|| match &knob.kind {
        KnobKind::Number { min, .. } => min.to_string(),
        KnobKind::Choice { .. } => default,
    });
    format!("--{} {value}", knob.name)
}

fn control(id: &str, knob: &Knob) -> String {
    let (name, input) = (escape(&knob.name), format!("{id}-{}", knob.name));
    let (unit, control) = match &knob.kind {
        KnobKind::Number { unit, min, max, default, .. } => (
            unit.as_str(),
            format!(
                "<input type=\"number\" inputmode=\"numeric\" id=\"{input}\" name=\"{name}\" min=\"{min}\" max=\"{max}\" step=\"1\" \
                 value=\"{default}\" data-default=\"{default}\" aria-describedby=\"{input}-help\">"
            ),
        ),
        KnobKind::Choice { choices, default } => (
            "",
            format!(
                "<select id=\"{input}\" name=\"{name}\" data-default=\"{}\" aria-describedby=\"{input}-help\">{}</select>",
                escape(default),
                choices.iter().map(|c| option(c, default)).collect::<String>()
            ),
        ),
    };
    let unit = if unit.is_empty() {
        String::new()
    } else {
        format!(" <span class=\"sr-unit\">{}</span>", escape(unit))
    };
    format!(
        "<div class=\"sr-knob\"><label for=\"{input}\">{name}</label> <span class=\"sr-control\">{control}{unit}</span>\
         <p class=\"sr-help\" id=\"{input}-help\">{}</p></div>",
        help(knob)
    )
}

fn option(choice: &Choice, default: &str) -> String {
    let selected = if choice.value == default { " selected" } else { "" };
    let value = escape(&choice.value);
    format!(
        "<option value=\"{value}\" title=\"{}\"{selected}>{value}</option>",
        escape(&choice.help)
    )
}

/// What the knob does, and what may be typed.
fn help(knob: &Knob) -> String {
    let choices = match &knob.kind {
        KnobKind::Number { .. } => String::new(),
        KnobKind::Choice { choices, .. } => choices
            .iter()
            .map(|c| format!(" <code>{}</code>: {}", escape(&c.value), html::inline(&c.help)))
            .collect(),
    };
    let allowed = match &knob.kind {
        KnobKind::Number { .. } => {
            format!(" A{}; ", escape(knob.allowed().strip_prefix('a').unwrap_or_default()))
        }
        KnobKind::Choice { .. } => " ".to_owned(),
    };
    format!(
        "{}{choices}{allowed}<code>{}</code> unless you turn it.",
        html::inline(&knob.help),
        escape(&knob.default_text())
    )
}

fn figure(grid: &[Point], knob: &Knob) -> String {
    let unit = match &knob.kind {
        KnobKind::Number { unit, .. } => unit.as_str(),
        KnobKind::Choice { .. } => "",
    };
    let chart = chart(grid, Axis { knob: &knob.name, unit, default: &knob.default_text() });
    match chart.is_empty() {
        true => chart,
        false => format!(
            "<details class=\"sr-chart\"><summary>What recorded runs showed over <code>{}</code></summary>{chart}</details>",
            escape(&knob.name)
        ),
    }
}
