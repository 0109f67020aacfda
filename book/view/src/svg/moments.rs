//! Marks and checks: ticks with numbers, and signs.

use super::pen::{Item, Pen, wide};
use crate::layout::{Cluster, clusters};
use crate::parts::{Entry, Lane};
use crate::text::{shorten, time};
use labkit_wire::Kind;
use labkit_wire::text::join;

const ROW: f64 = 20.0;
/// Two numbers closer than this would run into each other, px.
const APART: f64 = 24.0;
/// Fewer characters than this are no words.
const LEAST: usize = 10;

pub(super) fn draw(pen: &mut Pen, lane: &Lane, log: &[Entry]) {
    let moments = lane.moments.iter().map(|i| &log[*i]);
    let seen = moments.filter(|m| pen.scale.shows(m.event.at, m.event.at));
    let near = pen.near.max(APART);
    let place = |m: &Entry| pen.scale.x(m.event.at);
    let glyphs = clusters(seen.map(|m| (place(m), place(m), m)), near);
    if lane.moments.is_empty() {
        return;
    }
    for (i, glyph) in glyphs.iter().enumerate() {
        let room = glyphs.get(i + 1).map_or(pen.scale.right + super::MARGIN, |g| g.x0) - glyph.x0;
        let item = Item {
            class: class(glyph),
            seq: glyph.items[0].event.seq,
            at: glyph.items[0].event.at,
            to: glyph.items[glyph.items.len() - 1].event.at,
            title: title(lane, glyph),
        };
        pen.item(&item, &mut |pen| one(pen, glyph, room));
    }
    pen.y += ROW;
}

fn one(pen: &mut Pen, glyph: &Cluster<&Entry>, room: f64) {
    let (x, y) = (glyph.x0, pen.y);
    pen.path("sr-tl-tickmark", "M# #v12", &[x, y + 3.0]);
    let short = words(glyph, room - 8.0).unwrap_or_else(|| number(glyph));
    match x + 4.0 + wide(&short) > pen.scale.right + super::MARGIN {
        true => pen.text_end(x - 4.0, y + 13.0, "sr-tl-note", &short),
        false => pen.text(x + 4.0, y + 13.0, "sr-tl-note", &short),
    }
}

/// Whether all checks held, where there are any.
fn held(glyph: &Cluster<&Entry>) -> Option<bool> {
    glyph.items.iter().filter_map(|m| m.check()).min()
}

fn class(glyph: &Cluster<&Entry>) -> &'static str {
    match held(glyph) {
        Some(false) => "sr-tl-check is-violated",
        Some(true) => "sr-tl-check is-held",
        None => "sr-tl-mark",
    }
}

/// What stands beside the tick: as much of it as there is room for, if that is enough to be read.
fn words(glyph: &Cluster<&Entry>, room: f64) -> Option<String> {
    let [one] = glyph.items.as_slice() else { return None };
    let text = match &one.event.kind {
        Kind::Mark { text } => format!("{} {text}", one.number),
        Kind::Check { ok, what, .. } => format!("{} {what}", if *ok { "✓" } else { "✗" }),
        _ => return None,
    };
    let (needed, free) = (text.chars().count(), (room / wide("x")) as usize);
    (free >= needed.min(LEAST)).then(|| shorten(&text, free))
}

fn number(glyph: &Cluster<&Entry>) -> String {
    let sign = match held(glyph) {
        None => "",
        Some(false) => "✗",
        Some(true) => "✓",
    };
    let mut marks = glyph.items.iter().filter(|m| m.check().is_none()).map(|m| m.number);
    match (marks.next(), marks.next_back()) {
        (None, _) => sign.to_owned(),
        (Some(one), None) => format!("{one}{sign}"),
        (Some(first), Some(last)) => format!("{first}–{last}{sign}"),
    }
}

fn title(lane: &Lane, glyph: &Cluster<&Entry>) -> String {
    let said: Vec<String> = glyph.items.iter().take(4).map(|m| say(m)).collect();
    let more = glyph.items.len() - said.len();
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
