//! Thin lines from cause to effect.

use super::pen::Pen;
use crate::model::Timeline;

/// Nearer than this to each other, in px, two events are one above the other.
const NEAR: f64 = 24.0;
/// How far a line keeps from what it goes around, px.
const OUT: f64 = 12.0;
/// Half of an arrow's head, px.
const HEAD: f64 = 3.5;

pub(super) fn draw(pen: &mut Pen, t: &Timeline) {
    for (from, to) in &t.links {
        let place = |i: &usize| {
            let seq = t.log[*i].event.seq;
            pen.places.iter().find(|(s, ..)| *s == seq).map(|(_, x, y)| (*x, *y))
        };
        if let (Some(from), Some(to)) = (place(from), place(to)) {
            line(pen, from, to);
        }
    }
}

/// A bow around the left where the two stand above each other. Else it leaves the words beside the cause alone: out of their
/// row, along it, and down to the effect.
fn line(pen: &mut Pen, (x0, y0): (f64, f64), (x1, y1): (f64, f64)) {
    let x1 = x1 - 2.0;
    if x1 - x0 > NEAR {
        let along = if y1 > y0 { y0 + OUT } else { y0 - OUT };
        pen.path("sr-tl-link", "M# #V#H#V#H#", &[x0, y0, along, x1 - OUT, y1, x1]);
    } else {
        let left = x0.min(x1) - OUT;
        pen.path("sr-tl-link", "M# #C# # # # # #", &[x0, y0, left, y0, x1 - OUT, y1, x1, y1]);
    }
    let (back, up, down) = (x1 - 2.0 * HEAD, y1 - HEAD, y1 + HEAD);
    pen.path("sr-tl-head", "M# #L# #L# #z", &[back, up, x1, y1, back, down]);
}
