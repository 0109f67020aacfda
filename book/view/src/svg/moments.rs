//! Marks and checks: ticks with numbers in badges, signs, and as many words as there is room for.

use super::pen::{Item, MARGIN, Pen, wide};
use super::rows::{Note, place};
use crate::parts::{Entry, Lane};
use crate::text::{shorten, time};
use labkit_wire::Kind;
use labkit_wire::text::join;

const ROW: f64 = 19.0;
/// Fewer characters than this are no words.
const LEAST: usize = 8;
/// How much of a group its title tells one by one.
const TOLD: usize = 12;

pub(super) fn draw(pen: &mut Pen, lane: &Lane, log: &[Entry]) {
    if lane.moments.is_empty() {
        return;
    }
    let moments = lane.moments.iter().map(|i| &log[*i]);
    let seen = moments.filter(|m| pen.scale.shows(m.event.at, m.event.at));
    let edges = (pen.scale.left, pen.scale.right + MARGIN);
    let x = |m: &Entry| pen.scale.x(m.event.at);
    let placed = place(seen.map(|m| (x(m), width(m), m)), pen.near, edges);
    let top = pen.y;
    for note in &placed.notes {
        pen.y = top + note.row as f64 * ROW;
        let (first, last) = (note.items[0], note.items[note.items.len() - 1]);
        let item = Item {
            class: class(note),
            seq: first.event.seq,
            at: first.event.at,
            to: last.event.at,
            title: title(pen, lane, note),
        };
        for moment in &note.items {
            // A badge left of its tick is not run over by a line from there.
            let down = if note.left { 1.0 } else { 9.0 };
            pen.at(moment.event.seq, pen.scale.x(moment.event.at), pen.y + down);
        }
        pen.item(&item, &mut |pen| one(pen, note));
    }
    pen.y = top + placed.rows.max(1) as f64 * ROW;
}

/// Tick, badge and words, right of the moment; left of it where the picture ends.
fn one(pen: &mut Pen, note: &Note<&Entry>) {
    let (x, y) = (note.x, pen.y);
    pen.path("sr-tl-tickmark", "M# #v14", &[x, y + 2.0]);
    let badge = badge(note);
    let flat = wide(&badge) + 8.0;
    let mut words = words(note);
    let long = words.chars().count();
    let free = ((note.room - flat - 8.0) * long as f64 / wide(&words)).max(0.0) as usize;
    words = if free >= long.min(LEAST) { shorten(&words, free) } else { String::new() };
    let (at, text) = match note.left {
        true => (x - 3.0 - flat, x - 7.0 - flat),
        false => (x + 3.0, x + 7.0 + flat),
    };
    if held(note).is_some() {
        pen.text(at + 3.0, y + 13.0, "sr-tl-note", &badge);
    } else {
        pen.path(
            "sr-tl-badge",
            "M# #h#a6.5 6.5 0 0 1 0 13h-#a6.5 6.5 0 0 1 0 -13z",
            &[at + 6.5, y + 2.5, flat - 13.0, flat - 13.0],
        );
        pen.text(at + flat / 2.0, y + 12.5, "sr-tl-number", &badge);
    }
    match words.is_empty() {
        true => {}
        false if note.left => pen.text_end(text, y + 13.0, "sr-tl-note", &words),
        false => pen.text(text, y + 13.0, "sr-tl-note", &words),
    }
}

/// How wide it is with all its words, px.
fn width(moment: &Entry) -> f64 {
    let words = match &moment.event.kind {
        Kind::Mark { text } => wide(text),
        Kind::Check { what, .. } => wide(what),
        _ => 0.0,
    };
    words + if moment.number > 9 { 34.0 } else { 28.0 }
}

/// Whether all checks held, where there are any.
fn held(note: &Note<&Entry>) -> Option<bool> {
    note.items.iter().filter_map(|m| m.check()).min()
}

fn class(note: &Note<&Entry>) -> &'static str {
    match held(note) {
        Some(false) => "sr-tl-check is-violated",
        Some(true) => "sr-tl-check is-held",
        None => "sr-tl-mark",
    }
}

/// What stands beside the badge: the note itself, or of a group how many it holds.
fn words(note: &Note<&Entry>) -> String {
    match (note.items.as_slice(), held(note)) {
        ([one], _) => match &one.event.kind {
            Kind::Mark { text } => text.clone(),
            Kind::Check { what, .. } => what.clone(),
            _ => String::new(),
        },
        (many, None) => match alike(many) {
            Some(text) => format!("{} × {text}", many.len()),
            None => format!("{} notes", many.len()),
        },
        (many, Some(_)) => format!("{} checks", many.len()),
    }
}

/// The words of all of them, where all say the same.
fn alike<'a>(many: &[&'a Entry]) -> Option<&'a str> {
    let text = |m: &&'a Entry| match &m.event.kind {
        Kind::Mark { text } => Some(&**text),
        _ => None,
    };
    let first = text(many.first()?)?;
    many.iter().all(|m| text(m) == Some(first)).then_some(first)
}

fn badge(note: &Note<&Entry>) -> String {
    let sign = match held(note) {
        None => "",
        Some(false) => "✗",
        Some(true) => "✓",
    };
    let mut marks = note.items.iter().filter(|m| m.check().is_none()).map(|m| m.number);
    match (marks.next(), marks.next_back()) {
        (None, _) => sign.to_owned(),
        (Some(one), None) => format!("{one}{sign}"),
        (Some(first), Some(last)) => format!("{first}–{last}{sign}"),
    }
}

fn title(pen: &Pen, lane: &Lane, note: &Note<&Entry>) -> String {
    let said: Vec<String> =
        note.items.iter().take(TOLD).map(|m| say(m) + &pen.cause(m.event.seq)).collect();
    let more = note.items.len() - said.len();
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}: {}{rest}", lane.name, join(&said, "; "))
}

fn say(moment: &Entry) -> String {
    let at = time(moment.event.at);
    match &moment.event.kind {
        Kind::Mark { text } => format!("{at}, {}: {text}", moment.number),
        Kind::Check { what, want, got, ok } => {
            let word = if *ok { "held" } else { "failed" };
            format!(
                "{at}, check “{what}” {word}: want {}, got {}",
                shorten(want, 80),
                shorten(got, 80)
            )
        }
        // No other is a moment.
        _ => at,
    }
}
