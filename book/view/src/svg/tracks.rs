//! Spans: bars whose end says how they ended.

use super::pen::{Item, Pen, wide};
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
        let next = glyphs.get(i + 1).map_or(pen.scale.right + super::MARGIN, |g| g.x0);
        let (first, last) = (glyph.items[0], glyph.items[glyph.items.len() - 1]);
        let item = Item {
            class: class(glyph),
            seq: first.seq,
            at: first.from,
            to: last.to(pen.now),
            title: title(lane, glyph, pen.now),
        };
        pen.item(&item, &mut |pen| {
            let y = pen.y + row.words;
            pen.begin_path("sr-tl-bar");
            bar(pen, glyph, y, row.bar);
            pen.end_path();
            if glyph.items.iter().any(|s| s.dropped()) {
                cross(pen, glyph.x1 - 4.5, y + row.bar / 2.0);
            }
            words_from = words(pen, glyph, row, words_from, next);
        });
    }
}

/// Writes the name and how it ended, where there is room; gives where the next words may begin.
fn words(pen: &mut Pen, glyph: &Cluster<&Span>, row: Row, from: f64, next: f64) -> f64 {
    let (name, ending) = (label(glyph), ending(glyph));
    let (inside, above) = (pen.y + row.words + row.bar - 4.0, pen.y + row.words - 3.0);
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
    let width = wide(ending);
    if row.words == 0.0 {
        beside(pen, glyph, inside + 1.5, (&name, ending), next);
        return from;
    }
    let start = (glyph.x1 - width).max(from);
    if start > glyph.x1 || start + width > pen.scale.right + super::MARGIN {
        return from;
    }
    pen.text(start, above, "sr-tl-word", ending);
    start + width + 6.0
}

/// Where there is no line above the bar: within it, before its end, or else behind it. Without room for either the
/// title still says it.
fn beside(pen: &mut Pen, glyph: &Cluster<&Span>, y: f64, (name, ending): (&str, &str), next: f64) {
    let width = wide(ending);
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

fn ending(glyph: &Cluster<&Span>) -> &'static str {
    match glyph.items.as_slice() {
        many if many.iter().any(|s| s.dropped()) => "dropped",
        many if many.iter().any(|s| s.open()) => "still running",
        _ => "",
    }
}

fn title(lane: &Lane, glyph: &Cluster<&Span>, now: u64) -> String {
    let first = glyph.items[0];
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
    match first.end {
        SpanEnd::Done(at) => format!("{what}, {from} to {}", time(at)),
        SpanEnd::Open => format!("{what}, from {from}, still running at {}", time(now)),
        SpanEnd::Dropped { at, polls } => {
            let polls = count(polls as usize, "poll", "polls");
            format!("{what}, from {from}, dropped unfinished at {} after {polls}", time(at))
        }
    }
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
