//! Marks and checks: ticks with numbers, and signs.

use super::pen::{Item, Pen, px, wide};
use crate::layout::{Cluster, clusters};
use crate::parts::{Lane, Moment, What};
use crate::text::{shorten, time};

const ROW: f64 = 20.0;
/// Two numbers closer than this would run into each other, px.
const APART: f64 = 24.0;
/// Fewer characters than this are no words.
const LEAST: usize = 10;

pub(super) fn draw(pen: &mut Pen, lane: &Lane) {
    let seen = lane.moments.iter().filter(|m| pen.scale.shows(m.at, m.at));
    let near = pen.near.max(APART);
    let glyphs = clusters(seen.map(|m| (pen.scale.x(m.at), pen.scale.x(m.at), m)), near);
    if lane.moments.is_empty() {
        return;
    }
    for (i, glyph) in glyphs.iter().enumerate() {
        let room = glyphs.get(i + 1).map_or(pen.scale.right + super::MARGIN, |g| g.x0) - glyph.x0;
        let item = Item {
            class: class(glyph),
            seq: glyph.items[0].seq,
            at: glyph.items[0].at,
            to: glyph.items[glyph.items.len() - 1].at,
            title: title(lane, glyph),
        };
        pen.item(&item, |pen| one(pen, glyph, room));
    }
    pen.y += ROW;
}

fn one(pen: &mut Pen, glyph: &Cluster<&Moment>, room: f64) {
    let (x, y) = (glyph.x0, pen.y);
    pen.path("sr-tl-tickmark", &format!("M{} {}v12", px(x), px(y + 3.0)));
    let short = words(glyph, room - 8.0).unwrap_or_else(|| number(glyph));
    match x + 4.0 + wide(&short) > pen.scale.right + super::MARGIN {
        true => pen.text_end(x - 4.0, y + 13.0, "sr-tl-note", &short),
        false => pen.text(x + 4.0, y + 13.0, "sr-tl-note", &short),
    }
}

fn class(glyph: &Cluster<&Moment>) -> &'static str {
    let failed = |m: &&Moment| matches!(m.what, What::Check { ok: false, .. });
    let checked = |m: &&Moment| matches!(m.what, What::Check { .. });
    match () {
        () if glyph.items.iter().any(failed) => "sr-tl-check is-violated",
        () if glyph.items.iter().any(checked) => "sr-tl-check is-held",
        () => "sr-tl-mark",
    }
}

/// What stands beside the tick: as much of it as there is room for, if that is enough to be read.
fn words(glyph: &Cluster<&Moment>, room: f64) -> Option<String> {
    let text = match glyph.items.as_slice() {
        [Moment { what: What::Mark { number, text }, .. }] => format!("{number} {text}"),
        [Moment { what: What::Check { ok, what, .. }, .. }] => {
            format!("{} {what}", if *ok { "✓" } else { "✗" })
        }
        _ => return None,
    };
    let (needed, free) = (text.chars().count(), (room / wide("x")) as usize);
    (free >= needed.min(LEAST)).then(|| shorten(&text, free))
}

fn number(glyph: &Cluster<&Moment>) -> String {
    let marks: Vec<u32> = glyph
        .items
        .iter()
        .filter_map(|m| match m.what {
            What::Mark { number, .. } => Some(number),
            What::Check { .. } => None,
        })
        .collect();
    let checks = glyph.items.len() - marks.len();
    let failed = glyph.items.iter().any(|m| matches!(m.what, What::Check { ok: false, .. }));
    let sign = match (checks, failed) {
        (0, _) => "",
        (_, true) => "✗",
        (_, false) => "✓",
    };
    match marks.as_slice() {
        [] => sign.to_owned(),
        [one] => format!("{one}{sign}"),
        [first, .., last] => format!("{first}–{last}{sign}"),
    }
}

fn title(lane: &Lane, glyph: &Cluster<&Moment>) -> String {
    let said: Vec<String> = glyph.items.iter().take(4).map(|m| say(m)).collect();
    let more = glyph.items.len() - said.len();
    let rest = if more > 0 { format!("; and {more} more") } else { String::new() };
    format!("{}: {}{rest}", lane.name, said.join("; "))
}

fn say(moment: &Moment) -> String {
    let at = time(moment.at);
    match &moment.what {
        What::Mark { number, text } => format!("{at}, {number}: {text}"),
        What::Check { what, want, got, ok } => {
            let word = if *ok { "held" } else { "failed" };
            format!(
                "{at}, check “{what}” {word}: want {}, got {}",
                shorten(want, 80),
                shorten(got, 80)
            )
        }
    }
}
