//! `{{#knobs slug}}`: the knobs as form controls, and what the recorded runs showed over their values.

use super::element::{Widget, command, drawn, run_command};
use crate::{
    directive::Directive,
    html::inline,
    page::{Expanded, Page},
};
use labkit_wire::{Choice, Knob, KnobKind};
use maud::{Markup, html};
use still_running_view::grid::{Axis, Point, chart};

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [slug] = d.only(["slug"])?;
    let lab = page.lab(slug)?;
    let about = page.describe(&lab)?;
    let Some(first) = about.knobs.first() else {
        return Err(format!("{slug} has no knobs; remove this line"));
    };
    let grid = lab.grid().map_err(|e| format!("{e:#}"))?;
    let id = page.id(slug, "knobs");
    // They show from which value on the bug is gone.
    let shown = if page.is_for_search() { &[] } else { about.knobs.as_slice() };
    let widget = Widget { kind: "knobs", class: "sr-knobs", id: &id, lab: slug, data: &[] };
    Ok(widget.html(&html! {
        fieldset {
            legend { "Knobs of " code { (slug) } }
            @for knob in &about.knobs { (control(&id, knob)) }
        }
        (trial(slug, &id))
        p.sr-type {
            "To run it: " (command(&run_command(slug, "buggy", &[])))
            span.sr-turn { "; a knob is turned by adding it, such as " (command(&example(first))) }
        }
        @for knob in shown { (figure(&grid, knob)) }
    }))
}

/// Where the knobs are turned they are tried, too: a run of its own. Without JavaScript there is nothing to see.
fn trial(slug: &str, id: &str) -> Markup {
    let (id, data) = (format!("{id}-run"), [("variant", "buggy"), ("knobs", "{}")]);
    Widget { kind: "trial", class: "sr-run", id: &id, lab: slug, data: &data }.html(&html! {})
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

fn control(id: &str, knob: &Knob) -> Markup {
    let input = format!("{id}-{}", knob.name);
    let help_id = format!("{input}-help");
    let (unit, control) = match &knob.kind {
        KnobKind::Number { unit, min, max, default, .. } => {
            let control = html! {
                input type="number" inputmode="numeric" id=(input) name=(knob.name) min=(min) max=(max)
                    step="1" value=(default) data-default=(default) aria-describedby=(help_id);
            };
            (unit.as_str(), control)
        }
        KnobKind::Choice { choices, default } => {
            let control = html! {
                select id=(input) name=(knob.name) data-default=(default) aria-describedby=(help_id) {
                    @for choice in choices { (option(choice, default)) }
                }
            };
            ("", control)
        }
    };
    html! {
        div.sr-knob {
            label for=(input) { (knob.name) } " "
            span.sr-control {
                (control)
                @if !unit.is_empty() { " " span.sr-unit { (unit) } }
            }
            p.sr-help id=(help_id) { (help(knob)) }
        }
    }
}

fn option(choice: &Choice, default: &str) -> Markup {
    html! {
        option value=(choice.value) title=(choice.help) selected[choice.value == default] { (choice.value) }
    }
}

/// What the knob does, and what may be typed.
fn help(knob: &Knob) -> Markup {
    html! {
        (inline(&knob.help))
        @match &knob.kind {
            KnobKind::Number { .. } => {
                " A" (knob.allowed().strip_prefix('a').unwrap_or_default()) "; "
            }
            KnobKind::Choice { choices, .. } => {
                @for choice in choices { " " code { (choice.value) } ": " (inline(&choice.help)) }
                " "
            }
        }
        code { (knob.default_text()) } " unless you turn it."
    }
}

fn figure(grid: &[Point], knob: &Knob) -> Markup {
    let unit = match &knob.kind {
        KnobKind::Number { unit, .. } => unit.as_str(),
        KnobKind::Choice { .. } => "",
    };
    let chart = chart(grid, Axis { knob: &knob.name, unit, default: &knob.default_text() });
    html! {
        @if !chart.is_empty() {
            details.sr-chart {
                summary { "What recorded runs showed over " code { (knob.name) } }
                (drawn(chart))
            }
        }
    }
}
