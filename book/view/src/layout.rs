//! Where things go, and what is drawn as one because a reader could not tell it apart.

use crate::model::Timeline;
use crate::parts::Span;

/// Lanes beyond this many are counted, not drawn.
pub(crate) const MAX_LANES: usize = 16;
/// Spans of one lane that overlap lie on tracks; what needs more shares the last one.
pub(crate) const MAX_TRACKS: usize = 6;
/// Gauges beyond this many in a lane are left to the table.
pub(crate) const MAX_GAUGES: usize = 4;
/// No more glyphs than about this many in one picture, however many events there are.
const GLYPHS: f64 = 320.0;
/// Two things closer than this are one thing to the eye, px.
const NEAREST: f64 = 4.0;
/// Longer than this is no dot, px.
const LONG: f64 = 24.0;

/// From lab time to pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Scale {
    pub left: f64,
    pub right: f64,
    pub from: u64,
    pub to: u64,
}

impl Scale {
    pub fn x(&self, at: u64) -> f64 {
        let span = (self.to - self.from) as f64;
        let share = (at as f64 - self.from as f64) / span;
        self.left + share.clamp(0.0, 1.0) * self.width()
    }

    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    pub fn shows(&self, from: u64, to: u64) -> bool {
        to >= self.from && from <= self.to
    }

    /// Round moments, about `apart` pixels from each other, and the step between them.
    pub fn ticks(&self, apart: f64) -> (Vec<u64>, u64) {
        let least = (self.to - self.from) as f64 * apart / self.width().max(1.0);
        let step = round_up(least.max(1.0));
        let first = self.from.div_ceil(step) * step;
        ((0..).map(|i| first + i * step).take_while(|t| *t <= self.to).collect(), step)
    }
}

/// The next of 1, 2, 5, 10, 20, 50 …
fn round_up(least: f64) -> u64 {
    let mut base: u64 = 1;
    loop {
        for step in [base, 2 * base, 5 * base] {
            if step as f64 >= least {
                return step;
            }
        }
        base = base.saturating_mul(10);
    }
}

/// How far apart, in pixels, two glyphs on one line must begin to be drawn on their own: the more there is, the
/// farther.
pub(crate) fn nearest(t: &Timeline, scale: &Scale) -> f64 {
    let ordered = t.ordered();
    let lanes = || ordered.iter().take(MAX_LANES);
    let all: usize = lanes().map(|l| l.spans.len() + l.moments.len()).sum();
    if all as f64 <= GLYPHS {
        return NEAREST;
    }
    let rows: usize = lanes().map(|l| l.tracks().min(MAX_TRACKS) + 1).sum();
    (scale.width() * rows as f64 / GLYPHS).max(NEAREST)
}

/// Neighbours on one line that are drawn as one.
#[derive(Debug, Clone)]
pub(crate) struct Cluster<T> {
    pub x0: f64,
    pub x1: f64,
    pub items: Vec<T>,
}

/// Joins what overlaps or begins closer than `near` to the glyph before it. Items come in order of `x0`.
pub(crate) fn clusters<T>(
    items: impl Iterator<Item = (f64, f64, T)>,
    near: f64,
) -> Vec<Cluster<T>> {
    let mut all: Vec<Cluster<T>> = vec![];
    for (x0, x1, item) in items {
        let long = x1 - x0 > near.max(LONG);
        // A long one keeps its name though a short one ends where it begins.
        let joins = |last: &Cluster<T>| {
            (x0 - last.x0 < near || x0 < last.x1 - 0.5) && !(long && last.x1 - last.x0 < LONG)
        };
        match all.last_mut() {
            Some(last) if joins(last) => {
                last.x1 = last.x1.max(x1);
                last.items.push(item);
            }
            last => {
                let x0 = last.map_or(x0, |last| last.x1.max(x0));
                all.push(Cluster { x0, x1, items: vec![item] });
            }
        }
    }
    all
}

/// The visible spans of one track, as glyphs. The last track takes what has no track of its own.
pub(crate) fn track<'a>(
    spans: &'a [Span],
    track: usize,
    now: u64,
    scale: &Scale,
    near: f64,
) -> Vec<Cluster<&'a Span>> {
    let mine = spans.iter().filter(|s| s.track.min(MAX_TRACKS - 1) == track);
    let seen = mine.filter(|s| scale.shows(s.from, s.to(now)));
    clusters(
        seen.map(|s| (scale.x(s.from), scale.x(s.to(now)).max(scale.x(s.from) + 2.0), s)),
        near,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(from: u64, to: u64) -> Scale {
        Scale { left: 100.0, right: 700.0, from, to }
    }

    #[test]
    fn ticks_are_round_and_inside() {
        assert_eq!(
            scale(0, 150_000).ticks(80.0),
            (vec![0, 20_000, 40_000, 60_000, 80_000, 100_000, 120_000, 140_000], 20_000)
        );
        let (ticks, step) = scale(41_300, 41_900).ticks(80.0);
        assert_eq!((ticks[0], step), (41_300, 100));
    }

    #[test]
    fn what_is_outside_is_drawn_at_the_edge() {
        assert_eq!([0, 10, 20, 30].map(|at| scale(10, 20).x(at)), [100.0, 100.0, 700.0, 700.0]);
    }

    #[test]
    fn neighbours_become_one_and_strangers_do_not() {
        let xs = [0.0, 1.0, 2.0, 50.0, 60.0].map(|x| (x, x + 2.0, ()));
        let sizes: Vec<_> = clusters(xs.into_iter(), 4.0).iter().map(|c| c.items.len()).collect();
        assert_eq!(sizes, [3, 1, 1]);
    }
}
