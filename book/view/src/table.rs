use crate::model::Timeline;
use crate::parts::Entry;
use crate::text::{circled, count, escape, time};
use labkit_wire::Kind;

/// A table has no more rows than this; a reader who wants all has the transcript.
pub const MAX_ROWS: usize = 300;

/// One moment: its lab time in µs, and what happened in each variant.
type Row = (u64, Vec<String>);

/// What happened when, as an HTML table: a row for each moment, a column for each variant.
pub fn table(variants: &[(&str, &Timeline)]) -> String {
    let mut rows: Vec<Row> = vec![];
    let mut heads = String::new();
    for (column, (name, timeline)) in variants.iter().enumerate() {
        heads += &format!("<th scope=\"col\">{}</th>", escape(name));
        for entry in &timeline.log {
            let at = entry.event.at;
            let place = rows.binary_search_by_key(&at, |(at, _)| *at).unwrap_or_else(|place| {
                rows.insert(place, (at, vec![String::new(); variants.len()]));
                place
            });
            rows[place].1[column] += &line(entry);
        }
    }
    let left_out = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    let body: String = rows.iter().map(row).collect();
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

fn row((at, cells): &Row) -> String {
    let mut out = format!("<tr><th scope=\"row\">{}</th>", time(*at));
    for cell in cells {
        let (before, after) = if cell.is_empty() { ("", "") } else { ("<ul>", "</ul>") };
        for part in ["<td>", before, cell, after, "</td>"] {
            out += part;
        }
    }
    out + "</tr>"
}

fn line(entry: &Entry) -> String {
    let (class, what) = say(entry);
    format!(
        "<li class=\"{class}\"><span class=\"sr-lane\">{}</span> {what}</li>",
        escape(&entry.event.lane)
    )
}

/// Without the space that was left for what turned out empty.
fn trimmed(mut text: String) -> String {
    text.truncate(text.trim_ascii_end().len());
    text
}

fn say(entry: &Entry) -> (&'static str, String) {
    match &entry.event.kind {
        Kind::Begin { name, point, .. } => {
            let sign = point.map(|p| circled(p) + " ").unwrap_or_default();
            ("is-begin", format!("{sign}{} begins", escape(name)))
        }
        Kind::Dropped { polls, .. } => {
            let polls = count(*polls as usize, "poll", "polls");
            let name = escape(&entry.name);
            ("is-dropped", format!("✗ {name} <strong>dropped unfinished</strong> after {polls}"))
        }
        Kind::Limit { name, after, .. } => (
            "is-limit",
            format!(
                "{} of {} is due at {}",
                escape(name),
                escape(&entry.name),
                time(entry.event.at + after)
            ),
        ),
        Kind::Outcome { text, .. } => (
            "is-outcome",
            format!("{} came to <strong>{}</strong>", escape(&entry.name), escape(text)),
        ),
        Kind::Held { text, .. } => {
            ("is-outcome", format!("{} <strong>{}</strong>", escape(&entry.name), escape(text)))
        }
        Kind::Orphaned { .. } => (
            "is-orphaned",
            format!("{} is <strong>for nobody</strong> from here on", escape(&entry.name)),
        ),
        Kind::Link { .. } => ("is-link", format!("↳ because of {}", escape(&entry.name))),
        Kind::Mark { text } => ("is-mark", format!("{}: {}", entry.number, escape(text))),
        Kind::Check { what, want, got, ok } => {
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
        Kind::Gauge { name, value, unit } => {
            ("is-gauge", trimmed(format!("{} = {value} {}", escape(name), escape(unit))))
        }
        Kind::Verdict { verdict, why } => {
            ("is-verdict", trimmed(format!("verdict: <strong>{verdict}</strong>. {}", escape(why))))
        }
        // The beginning of a run is in no log.
        Kind::End { .. } | Kind::Run { .. } | Kind::Lanes { .. } => {
            ("is-done", format!("{} ends", escape(&entry.name)))
        }
    }
}
