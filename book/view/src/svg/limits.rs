//! Limits: thin bars that end in a mark where they fire, or would have.

use super::pen::{Cut, Item, MARGIN, Pen, wide};
use crate::parts::{Fate, Lane, Limit, Span};
use crate::text::time;

/// More rows of limits than this a lane has not; the table has them all.
const MOST: usize = 3;
const ROW: f64 = 15.0;
/// Limits that begin and end this close to each other are one to the eye, px.
const NEAR: f64 = 16.0;

/// Limits that look alike.
struct Group<'a> {
    span: &'a Span,
    limit: &'a Limit,
    fate: Fate,
    x0: f64,
    /// Where the span ended, if that was before the limit.
    x1: f64,
    due: f64,
    times: usize,
}

/// Draws a lane's limits above its bars, and notes where they are due.
pub(super) fn draw(pen: &mut Pen, lane: &Lane) {
    let mut rows: Vec<f64> = vec![];
    let top = pen.y;
    let mut all = groups(pen, lane);
    // Beside a limit that mattered, those that did not are noise; the table has them.
    if all.iter().any(|g| matches!(g.fate, Fate::Fired | Fate::Passed)) {
        all.retain(|g| g.fate != Fate::Spared);
    }
    for (i, group) in all.iter().enumerate() {
        let mut words = words(group);
        // Bold letters are a little wider.
        let mut right = group.due + 14.0 + wide(&words) * 1.08;
        // Of equals in a row the last one with room has the words. They may touch each other.
        let has_room = |g: &Group<'_>| wide(&words) < behind(pen, g).max(g.due - 18.0 - g.x0);
        if all.get(i + 1).is_some_and(|next| has_room(next) && self::words(next) == words) {
            words.clear();
            right = group.due - 10.0;
        }
        let free = rows.iter().position(|end| *end < group.x0);
        let row = match free {
            Some(row) => row,
            None if rows.len() < MOST => rows.len(),
            None => continue,
        };
        rows.resize(rows.len().max(row + 1), f64::MIN);
        rows[row] = right;
        pen.y = top + row as f64 * ROW;
        one(pen, lane, group, &words);
    }
    pen.y = top + rows.len() as f64 * ROW;
}

fn groups<'a>(pen: &Pen, lane: &'a Lane) -> Vec<Group<'a>> {
    let mut all: Vec<Group<'a>> = vec![];
    for span in &lane.spans {
        for limit in span.limits.iter().filter(|l| pen.scale.shows(l.from, l.until)) {
            let over = span.to(pen.now).min(limit.until);
            let (x0, x1) = (pen.scale.x(limit.from), pen.scale.x(over));
            let (fate, due) = (span.fate(limit, pen.now), pen.scale.x(limit.until));
            let like = |g: &&mut Group<'_>| {
                g.limit.name == limit.name
                    && g.fate == fate
                    && (g.x0 - x0).abs().max((g.due - due).abs()) < NEAR
            };
            match all.iter_mut().find(like) {
                Some(group) => group.times += 1,
                None => all.push(Group { span, limit, fate, x0, x1, due, times: 1 }),
            }
        }
    }
    all
}

/// How much room there is behind its mark, px.
fn behind(pen: &Pen, group: &Group<'_>) -> f64 {
    pen.scale.right + MARGIN - group.due - 8.0
}

fn one(pen: &mut Pen, lane: &Lane, group: &Group<'_>, words: &str) {
    let (limit, y) = (group.limit, pen.y + 8.0);
    let class = match group.fate {
        Fate::Fired => "sr-tl-limit is-fired",
        Fate::Passed => "sr-tl-limit is-passed",
        Fate::Spared | Fate::Ahead => "sr-tl-limit is-spared",
    };
    let title = title(pen, lane, group);
    let item = Item { class, seq: limit.seq, at: limit.from, to: limit.until, title };
    let beyond = limit.until > pen.scale.to;
    let fits = wide(words) < behind(pen, group);
    // Words that stand on the bar interrupt it.
    let before = group.due - 18.0 - wide(words);
    let on = !fits && before > group.x0;
    let to = if on { group.x1.min(before) } else { group.x1 };
    pen.item(&item, &mut |pen| {
        pen.path("sr-tl-time", "M# #v8m0 -4H#", &[group.x0 + 0.5, y - 4.0, to]);
        if !on && group.due - group.x1 > 1.0 {
            pen.path("sr-tl-rest", "M# #H#", &[group.x1, y, group.due]);
        }
        match beyond {
            true => pen.path("sr-tl-due", "M# #l4 4l-4 4", &[group.due - 4.0, y - 4.0]),
            false => pen.path("sr-tl-due", "M# #l4 4l-4 4l-4 -4z", &[group.due, y - 4.0]),
        }
        if fits {
            pen.text(group.due + 8.0, y + 4.0, "sr-tl-word", words);
        } else if on {
            pen.text_end(group.due - 8.0, y + 4.0, "sr-tl-word", words);
        }
    });
    if !beyond && matches!(group.fate, Fate::Fired | Fate::Passed) {
        pen.cuts.push(Cut { x: group.due, y: y + 5.0, kept: group.fate == Fate::Fired });
    }
}

/// Lines from where limits are due down through the bars of their lane.
pub(super) fn cuts(pen: &mut Pen) {
    for cut in std::mem::take(&mut pen.cuts) {
        let class = if cut.kept { "sr-tl-cut" } else { "sr-tl-cut is-passed" };
        pen.path(class, "M# #V#", &[cut.x, cut.y, pen.y]);
    }
}

fn words(group: &Group<'_>) -> String {
    let times = if group.times == 1 { String::new() } else { format!("{} × ", group.times) };
    let length = time(group.limit.until - group.limit.from);
    let fate = match group.fate {
        Fate::Passed => ": it goes on",
        Fate::Spared => ", not needed",
        Fate::Fired | Fate::Ahead => "",
    };
    format!("{times}{} {length}{fate}", group.limit.name)
}

fn title(pen: &Pen, lane: &Lane, group: &Group<'_>) -> String {
    let ends = if group.fate == Fate::Fired { ", and ends it" } else { "" };
    let [until, end] = [group.limit.until, group.span.to(pen.now)].map(time);
    let (name, words, span) = (&lane.name, words(group), &group.span.name);
    format!("{name}: {words}; over {span}, due at {until}{ends}; the end is at {end}")
}
