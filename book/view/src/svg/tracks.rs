//! Spans: bars whose end says how they ended.

use super::pen::{Item, MARGIN, Pen, wide};
use crate::layout::{Cluster, MAX_TRACKS, track};
use crate::parts::{Lane, Span, SpanEnd};
use crate::text::{circled, count, time};

/// How the bars of a lane are drawn: few tracks have room for words above the bar.
#[derive(Clone, Copy)]
struct Row {
    words: f64,
    bar: f64,
    gap: f64,
}

const ROOMY: Row = Row { words: 13.0, bar: 17.0, gap: 4.0 };
const DENSE: Row = Row { words: 0.0, bar: 12.0, gap: 3.0 };

pub(super) fn draw(pen: &mut Pen, lane: &Lane) {
    let tracks = lane.tracks().min(MAX_TRACKS);
    let row = if tracks <= 2 { ROOMY } else { DENSE };
    for i in 0..tracks {
        let glyphs = track(&lane.spans, i, pen.now, &pen.scale, pen.near);
        draw_track(pen, lane, &glyphs, row);
        pen.y += row.words + row.bar + row.gap;
    }
}

fn draw_track(pen: &mut Pen, lane: &Lane, glyphs: &[Cluster<&Span>], row: Row) {
    let mut words_from = pen.scale.left;
    for (i, glyph) in glyphs.iter().enumerate() {
        let next = glyphs.get(i + 1).map_or(pen.scale.right + MARGIN, |g| g.x0);
        let (first, last) = (glyph.items[0], glyph.items[glyph.items.len() - 1]);
        let item = Item {
            class: class(glyph),
            seq: first.seq,
            at: first.from,
            to: last.to(pen.now),
            title: title(pen, lane, glyph),
        };
        let middle = pen.y + row.words + row.bar / 2.0;
        for span in &glyph.items {
            pen.at(span.seq, glyph.x0.max(pen.scale.x(span.from)), middle);
            if let Some(seq) = span.ended_by {
                pen.at(seq, pen.scale.x(span.to(pen.now)), middle);
            }
        }
        pen.item(&item, &mut |pen| {
            let y = pen.y + row.words;
            pen.begin_path("sr-tl-bar");
            bar(pen, glyph, y, row.bar);
            pen.end_path();
            hatch(pen, glyph, y, row.bar);
            if glyph.items.iter().any(|s| s.dropped()) {
                cross(pen, glyph.x1 - 4.5, y + row.bar / 2.0);
            }
            words_from = words(pen, glyph, row, words_from, next);
        });
    }
}

/// Writes the name and how it ended, where there is room; gives where the next words may begin.
fn words(pen: &mut Pen, glyph: &Cluster<&Span>, row: Row, from: f64, next: f64) -> f64 {
    let (name, mut ending) = (label(glyph), ending(glyph, pen.now));
    if row.words > 0.0 {
        ending = held(glyph, ending, glyph.x1 - from);
    }
    let (inside, above) = (pen.y + row.words + row.bar - 4.0, pen.y + row.words - 4.0);
    let tail = if ending.is_empty() { 6.0 } else { 14.0 };
    let fits = glyph.x0 + wide(&name) + tail < glyph.x1;
    if fits {
        pen.text(
            glyph.x0 + 5.0,
            if row.bar < 14.0 { inside + 1.5 } else { inside - 1.0 },
            "sr-tl-name",
            &name,
        );
    }
    if ending.is_empty() {
        return from;
    }
    // Bold letters are a little wider.
    let width = wide(&ending) * 1.08;
    if row.words == 0.0 {
        beside(pen, glyph, inside + 1.5, (&name, &ending), next);
        return from;
    }
    let start = (glyph.x1 - width).max(from);
    if start > glyph.x1 || start + width > pen.scale.right + MARGIN {
        return from;
    }
    match start > from {
        true => pen.text_end(glyph.x1, above, "sr-tl-word", &ending),
        false => pen.text(start, above, "sr-tl-word", &ending),
    }
    start + width + 6.0
}

/// Where there is no line above the bar: within it, before its end, or else behind it. Without room for either the
/// title still says it.
fn beside(pen: &mut Pen, glyph: &Cluster<&Span>, y: f64, (name, ending): (&str, &str), next: f64) {
    let width = wide(ending) * 1.08;
    if glyph.x0 + wide(name) + width + 26.0 < glyph.x1 {
        pen.text_end(glyph.x1 - 16.0, y, "sr-tl-word", ending);
    } else if glyph.x1 + width + 6.0 < next {
        pen.text(glyph.x1 + 4.0, y, "sr-tl-word", ending);
    }
}

fn class(glyph: &Cluster<&Span>) -> &'static str {
    match glyph.items.as_slice() {
        [one] if one.dropped() => "sr-tl-span is-dropped",
        [one] if one.open() => "sr-tl-span is-open",
        [_] => "sr-tl-span is-done",
        many if many.iter().any(|s| s.dropped()) => "sr-tl-span is-many is-dropped",
        _ => "sr-tl-span is-many",
    }
}

fn label(glyph: &Cluster<&Span>) -> String {
    match glyph.items.as_slice() {
        [one] => named(one),
        many => format!("{} ×", many.len()),
    }
}

fn named(span: &Span) -> String {
    match span.point {
        Some(point) => format!("{} {}", circled(point), span.name),
        None => span.name.clone(),
    }
}

/// What its owner got, or else how it ended, where that is not by itself.
fn ending(glyph: &Cluster<&Span>, now: u64) -> String {
    let many = glyph.items.as_slice();
    let nobody = if many.iter().any(|s| s.for_nobody(now).is_some()) { "for nobody" } else { "" };
    let how = match many {
        [one] if one.outcome.is_some() => &one.got(now).unwrap_or_default(),
        many if many.iter().any(|s| s.dropped()) => "dropped",
        many if many.iter().any(|s| s.open()) => "still running",
        [one, ..] => match &one.outcome {
            Some(text) if many.iter().all(|s| s.outcome == one.outcome) => text,
            _ => "",
        },
        [] => "",
    };
    let comma = if nobody.is_empty() || how.is_empty() { "" } else { ", " };
    format!("{nobody}{comma}{how}")
}

/// With what one that was dropped had in hand; that alone, for the torn end says the rest, where there is no room for both.
fn held(glyph: &Cluster<&Span>, ending: String, room: f64) -> String {
    let held = match glyph.items.as_slice() {
        [Span { held: Some(held), .. }] => held,
        _ => return ending,
    };
    let both = format!("{ending}, {held}");
    [&both, held].into_iter().find(|words| wide(words) * 1.08 < room).cloned().unwrap_or(ending)
}

fn title(pen: &Pen, lane: &Lane, glyph: &Cluster<&Span>) -> String {
    let (first, now) = (glyph.items[0], pen.now);
    let end = glyph.items.iter().map(|s| s.to(now)).max().unwrap_or(now);
    if glyph.items.len() > 1 {
        let dropped = glyph.items.iter().filter(|s| s.dropped()).count();
        let names = count(glyph.items.len(), "span", "spans");
        return format!(
            "{}: {names}, {dropped} dropped unfinished; {} to {}",
            lane.name,
            time(first.from),
            time(end)
        );
    }
    let what = format!("{}: {}", lane.name, named(first));
    let from = time(first.from);
    let causes = pen.cause(first.seq) + &first.ended_by.map_or_else(String::new, |s| pen.cause(s));
    let nobody = match first.for_nobody(now) {
        Some(long) => format!(", {} of it for nobody", time(long)),
        None => String::new(),
    };
    let got = first.got(now).map_or_else(String::new, |got| format!(": {got}"));
    let how = match first.end {
        SpanEnd::Done(at) => format!("{what}, {from} to {}", time(at)),
        SpanEnd::Open => format!("{what}, from {from}, still running at {}", time(now)),
        SpanEnd::Dropped { at, polls } => {
            let polls = count(polls as usize, "poll", "polls");
            let (at, held) = (time(at), first.had().unwrap_or_default());
            format!("{what}, from {from}, dropped unfinished at {at} after {polls}{held}")
        }
    };
    format!("{how}{got}{nobody}{causes}")
}

/// Hatches what was done for nobody.
fn hatch(pen: &mut Pen, glyph: &Cluster<&Span>, y: f64, h: f64) {
    let since = |s: &&Span| s.for_nobody(pen.now).and(s.orphaned);
    let Some(since) = glyph.items.iter().filter_map(since).min() else { return };
    let (x0, x1) = (pen.scale.x(since).max(glyph.x0), glyph.x1 - 0.5);
    if x1 - x0 < 3.0 {
        return;
    }
    pen.begin_path("sr-tl-nobody");
    let mut x = x0 - h + 3.0;
    while x < x1 {
        // A line that rises to the right, cut at both edges.
        let (left, right) = (x.max(x0), (x + h).min(x1));
        pen.shape("M# #L# #", &[left, y + h - (left - x), right, y + h - (right - x)]);
        x += 6.0;
    }
    pen.end_path();
}

/// A whole bar, one broken off (dropped), or one that fades out (still running).
fn bar(pen: &mut Pen, glyph: &Cluster<&Span>, y: f64, h: f64) {
    let (x0, x1) = (glyph.x0 + 0.5, (glyph.x1 - 0.5).max(glyph.x0 + 1.5));
    let long = x1 - x0 > 14.0;
    if long && glyph.items.iter().any(|s| s.dropped()) {
        let (end, q) = (x1 - 9.0, h / 4.0);
        return pen.shape("M# #H#l-4 #l4 #l-4 #l4 #H#z", &[x0, y, end, q, q, q, q, x0]);
    }
    if long && glyph.items.iter().any(|s| s.open()) {
        for (from, to) in [(x0, x1 - 9.0), (x1 - 7.0, x1 - 4.0), (x1 - 2.0, x1)] {
            block(pen, from, to, y, h);
        }
        return;
    }
    block(pen, x0, x1, y, h);
}

fn block(pen: &mut Pen, x0: f64, x1: f64, y: f64, h: f64) {
    pen.shape("M# #H#v#H#z", &[x0, y, x1, h, x0]);
}

fn cross(pen: &mut Pen, x: f64, y: f64) {
    pen.path("sr-tl-x", "M# #l7 7m0 -7l-7 7", &[x - 3.5, y - 3.5]);
}
