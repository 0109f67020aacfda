use crate::model::Timeline;
use crate::parts::{Entry, EntryKind, What};
use crate::text::{circled, count, escape, time};
use std::collections::BTreeMap;

/// A table has no more rows than this; a reader who wants all has the transcript.
pub const MAX_ROWS: usize = 300;

/// What happened when, as an HTML table: a row for each moment, a column for each variant.
pub fn table(variants: &[(&str, &Timeline)]) -> String {
    let mut rows: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for (column, (_, timeline)) in variants.iter().enumerate() {
        for (at, cell) in cells(timeline) {
            rows.entry(at).or_insert_with(|| vec![String::new(); variants.len()])[column] += &cell;
        }
    }
    let heads: String = variants
        .iter()
        .map(|(name, _)| format!("<th scope=\"col\">{}</th>", escape(name)))
        .collect();
    let left_out = rows.len().saturating_sub(MAX_ROWS);
    let body: String = rows.iter().take(MAX_ROWS).map(|(at, cells)| row(*at, cells)).collect();
    format!(
        "<table class=\"sr-table\"><thead><tr><th scope=\"col\">time</th>{heads}</tr></thead><tbody>{body}</tbody></table>{}",
        note(left_out)
    )
}

fn note(left_out: usize) -> String {
    match left_out {
        0 => String::new(),
        n => format!(
            "<p class=\"sr-note\">And {}; the transcript has them.</p>",
            count(n, "more moment", "more moments")
        ),
    }
}

fn row(at: u64, cells: &[String]) -> String {
    let cells: String =
        cells
            .iter()
            .map(|c| {
                if c.is_empty() { "<td></td>".to_owned() } else { format!("<td><ul>{c}</ul></td>") }
            })
            .collect();
    format!("<tr><th scope=\"row\">{}</th>{cells}</tr>", time(at))
}

/// The entries of one run, those of one moment together.
fn cells(timeline: &Timeline) -> Vec<(u64, String)> {
    let mut all: Vec<(u64, String)> = vec![];
    for entry in &timeline.log {
        let line = line(entry);
        match all.last_mut() {
            Some((at, cell)) if *at == entry.at => cell.push_str(&line),
            _ => all.push((entry.at, line)),
        }
    }
    all
}

fn line(entry: &Entry) -> String {
    let (class, what) = say(&entry.kind);
    format!(
        "<li class=\"{class}\"><span class=\"sr-lane\">{}</span> {what}</li>",
        escape(&entry.lane)
    )
}

fn say(kind: &EntryKind) -> (&'static str, String) {
    match kind {
        EntryKind::Begin { name, point } => {
            let sign = point.map(|p| format!("{} ", circled(p))).unwrap_or_default();
            ("is-begin", format!("{sign}{} begins", escape(name)))
        }
        EntryKind::End { name } => ("is-done", format!("{} ends", escape(name))),
        EntryKind::Dropped { name, polls } => {
            let polls = count(*polls as usize, "poll", "polls");
            (
                "is-dropped",
                format!("✗ {} <strong>dropped unfinished</strong> after {polls}", escape(name)),
            )
        }
        EntryKind::Moment(What::Mark { number, text }) => {
            ("is-mark", format!("{number}: {}", escape(text)))
        }
        EntryKind::Moment(What::Check { what, want, got, ok }) => {
            let (class, word) =
                if *ok { ("is-held", "✓ held") } else { ("is-violated", "✗ failed") };
            let (what, want, got) = (escape(what), escape(want), escape(got));
            (
                class,
                format!(
                    "<strong>{word}</strong>: {what}; want <code>{want}</code>, got <code>{got}</code>"
                ),
            )
        }
        EntryKind::Gauge { name, value, unit } => (
            "is-gauge",
            format!("{} = {value} {}", escape(name), escape(unit)).trim_end().to_owned(),
        ),
        EntryKind::Verdict { verdict, why } => (
            "is-verdict",
            format!("verdict: <strong>{verdict}</strong>. {}", escape(why)).trim_end().to_owned(),
        ),
    }
}
