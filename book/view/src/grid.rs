//! The verdict over the values of a knob: what a reader turns it for.

use crate::text::{badge, count, escape};
use labkit_wire::Verdict;
use serde::{Deserialize, Serialize};

/// One run of the grid: one knob at that value, the others at their defaults.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub knob: String,
    /// As one would type it.
    pub value: String,
    pub variant: String,
    pub verdict: Verdict,
}

/// Which knob is shown, and how its values are written.
#[derive(Debug, Clone, Copy)]
pub struct Axis<'a> {
    pub knob: &'a str,
    pub unit: &'a str,
    pub default: &'a str,
}

/// A strip for each variant, a cell for each value: an HTML table with its finding as caption. Empty where the
/// knob was not tried.
pub fn chart(points: &[Point], axis: Axis<'_>) -> String {
    let mine: Vec<&Point> = points.iter().filter(|p| p.knob == axis.knob).collect();
    let (values, variants) = (distinct(&mine, |p| &p.value), distinct(&mine, |p| &p.variant));
    if values.is_empty() {
        return String::new();
    }
    let heads: String = values.iter().map(|v| head(v, axis.default)).collect();
    let rows: String =
        variants.iter().map(|variant| row(&mine, variant, &values, axis.default)).collect();
    let unit =
        if axis.unit.is_empty() { String::new() } else { format!(", {}", escape(axis.unit)) };
    format!(
        "<table class=\"sr-grid\"><caption>{}</caption><thead><tr><th scope=\"col\">{}{unit}</th>{heads}</tr></thead><tbody>{rows}</tbody></table>",
        escape(&finding(points, axis)),
        escape(axis.knob)
    )
}

fn head(value: &str, default: &str) -> String {
    let (class, note) = match value == default {
        true => (" class=\"is-default\"", "<span class=\"sr-only\"> (default)</span>"),
        false => ("", ""),
    };
    format!("<th scope=\"col\"{class}>{}{note}</th>", escape(value))
}

fn row(points: &[&Point], variant: &str, values: &[&str], default: &str) -> String {
    let cells: String = values
        .iter()
        .map(|value| match points.iter().find(|p| p.variant == variant && p.value == *value) {
            Some(point) => cell(point.verdict, *value == default),
            None => "<td></td>".to_owned(),
        })
        .collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", escape(variant))
}

fn cell(verdict: Verdict, default: bool) -> String {
    let class = if default { " is-default" } else { "" };
    format!("<td class=\"is-{verdict}{class}\">{}</td>", badge(verdict))
}

/// The strips in words: `buggy: violated from 5 to 140 ms, unexercised at 200 ms; fixed: …`.
pub fn finding(points: &[Point], axis: Axis<'_>) -> String {
    let mine: Vec<&Point> = points.iter().filter(|p| p.knob == axis.knob).collect();
    let said: Vec<String> = distinct(&mine, |p| &p.variant)
        .into_iter()
        .map(|variant| {
            let own: Vec<&Point> = mine.iter().copied().filter(|p| p.variant == variant).collect();
            let parts: Vec<String> = own
                .chunk_by(|a, b| a.verdict == b.verdict)
                .map(|run| stretch(run, axis.unit))
                .collect();
            format!("{variant}: {}", parts.join(", "))
        })
        .collect();
    match said.is_empty() {
        true => format!("{}: {}", axis.knob, count(0, "run", "runs")),
        false => format!("{}.", said.join("; ")),
    }
}

fn stretch(run: &[&Point], unit: &str) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" {unit}") };
    match run {
        [one] => format!("{} at {}{unit}", one.verdict, one.value),
        // Between words there is nothing.
        [first, ..] if !first.value.starts_with(|c: char| c.is_ascii_digit()) => {
            let values: Vec<&str> = run.iter().map(|point| point.value.as_str()).collect();
            format!("{} at {}{unit}", first.verdict, values.join(", "))
        }
        [first, .., last] => {
            format!("{} from {} to {}{unit}", first.verdict, first.value, last.value)
        }
        [] => String::new(),
    }
}

fn distinct<'a>(points: &[&'a Point], what: impl Fn(&'a Point) -> &'a String) -> Vec<&'a str> {
    let mut seen: Vec<&str> = vec![];
    for name in points.iter().map(|p| what(p).as_str()) {
        if !seen.contains(&name) {
            seen.push(name);
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    const TICK: Axis<'_> = Axis { knob: "tick", unit: "ms", default: "35" };

    fn points() -> Vec<Point> {
        let point = |value: &str, variant: &str, verdict| Point {
            knob: "tick".into(),
            value: value.into(),
            variant: variant.into(),
            verdict,
        };
        vec![
            point("5", "buggy", Verdict::Violated),
            point("35", "buggy", Verdict::Violated),
            point("200", "buggy", Verdict::Unexercised),
            point("5", "fixed", Verdict::Held),
            point("35", "fixed", Verdict::Held),
            point("200", "fixed", Verdict::Unexercised),
        ]
    }

    #[test]
    fn the_threshold_is_said_in_words() {
        assert_eq!(
            finding(&points(), TICK),
            "buggy: violated from 5 to 35 ms, unexercised at 200 ms; fixed: held from 5 to 35 ms, unexercised at 200 ms."
        );
    }

    #[test]
    fn words_have_nothing_between_them_so_each_is_named() {
        let mut points = points();
        for (point, word) in points.iter_mut().zip(["spawn", "blocking", "inline"].iter().cycle()) {
            point.value = (*word).to_owned();
        }
        assert_eq!(
            finding(&points[..3], Axis { unit: "", ..TICK }),
            "buggy: violated at spawn, blocking, unexercised at inline."
        );
    }

    #[test]
    fn a_cell_says_its_verdict_in_sign_and_word() {
        let html = chart(&points(), TICK);
        assert_eq!(html.matches("<td class=\"is-violated").count(), 2);
        assert_eq!(html.matches(">unexercised</span>").count(), 2);
        assert_eq!(html.matches("scope=\"row\"").count(), 2);
    }

    #[test]
    fn a_knob_that_was_not_tried_has_no_chart() {
        assert_eq!(chart(&points(), Axis { knob: "drip", ..TICK }), "");
    }
}
