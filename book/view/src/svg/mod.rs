mod gauge;
mod limits;
mod links;
mod moments;
mod pen;
mod rows;
mod tracks;

use crate::layout::{MAX_GAUGES, MAX_LANES, Scale, nearest};
use crate::model::Timeline;
use crate::parts::Lane;
use crate::text::{escape, shorten, until};
use pen::{AXIS, MARGIN, Pen, fill};

/// Narrower than this a picture is not drawn, px.
pub const MIN_WIDTH: f64 = 240.0;
/// Narrower than this the names stand above their lanes, px.
const NARROW: f64 = 520.0;
const GUTTER: f64 = 104.0;
const FOOT: f64 = 24.0;
const PAD: f64 = 8.0;
/// No picture is of less time than this, µs.
const LEAST: u64 = 100;
/// Half of the widest label of the axis.
const HALF_LABEL: f64 = 28.0;

/// Which part of a run is shown, and how large.
#[derive(Debug, Clone, PartialEq)]
pub struct View {
    /// Of the whole picture, in px.
    pub width: f64,
    /// The part of the run that is shown, in µs of lab time.
    pub from: u64,
    pub to: u64,
    /// Where the clock stands: what comes later is dimmed.
    pub cursor: Option<u64>,
    /// The element's id, unique on its page.
    pub id: String,
}

impl View {
    /// The whole run.
    pub fn whole(t: &Timeline, width: f64, id: &str) -> Self {
        Self { width, from: 0, to: t.end(), cursor: None, id: id.to_owned() }
    }

    /// The part of the picture that is the clock: its left and right edge, in px.
    pub fn plot(&self) -> (f64, f64) {
        let scale = self.scale();
        (scale.left, scale.right)
    }

    /// The moment at a distance from the picture's left edge, in µs.
    pub fn time_at(&self, x: f64) -> u64 {
        let s = self.scale();
        let share = ((x - s.left) / s.width()).clamp(0.0, 1.0);
        s.from + (share * (s.to - s.from) as f64).round() as u64
    }

    fn narrow(&self) -> bool {
        self.width < NARROW
    }

    fn scale(&self) -> Scale {
        let left = if self.narrow() { 6.0 } else { GUTTER };
        let right = self.width.max(MIN_WIDTH) - MARGIN;
        Scale { left, right, from: self.from, to: self.to.max(self.from.saturating_add(LEAST)) }
    }
}

/// The timeline as SVG. Colour comes from the page's style sheet, by class; shape and word say the same.
///
/// Everything that happened is a `<g class="sr-tl-item">` with `data-at` and `data-to` (µs), `data-seq` (the event) and a
/// `<title>`. Only the first is a tab stop: arrow keys move on from there. The number of elements
/// depends on the width, not on the number of events.
pub fn svg(t: &Timeline, v: &View) -> String {
    let scale = v.scale();
    let mut pen = Pen::new(scale, nearest(t, &scale), t.end(), v.narrow());
    pen.causes = causes(t);
    for lane in t.ordered().into_iter().take(MAX_LANES) {
        draw_lane(&mut pen, t, lane);
    }
    if let Some(more) = t.lanes.len().checked_sub(MAX_LANES).filter(|n| *n > 0) {
        pen.y += 16.0;
        pen.text(scale.left, pen.y, "sr-tl-more", &format!("and {more} more lanes: see the table"));
    }
    let body = std::mem::take(&mut pen.out);
    let height = pen.y + FOOT;
    // Below the words, so that none is crossed.
    links::draw(&mut pen, t);
    axis(&mut pen, height);
    end(&mut pen, t, v, height);
    let grid = std::mem::take(&mut pen.out);
    hand(&mut pen, v, height);
    open(t, v, &scale, height) + &grid + &body + &pen.out + "</svg>"
}

fn open(t: &Timeline, v: &View, scale: &Scale, height: f64) -> String {
    let run = t.run().map(|r| format!("{}, {}: ", r.lab, r.variant)).unwrap_or_default();
    let (w, h) = (v.width.max(MIN_WIDTH), height);
    let mut out = format!(
        "<svg class=\"sr-timeline\" id=\"{}\" role=\"group\" aria-label=\"Timeline. {}{}\"",
        escape(&v.id),
        escape(&run),
        escape(&t.finding())
    );
    fill(&mut out, " width=\"#\" height=\"#\" viewBox=\"0 0 # #\"", &[w, h, w, h]);
    out += &format!(" data-from=\"{}\" data-to=\"{}\"", scale.from, scale.to);
    fill(&mut out, " data-left=\"#\" data-right=\"#\">", &[scale.left, scale.right]);
    out
}

/// What each effect came of.
fn causes(t: &Timeline) -> Vec<(u64, String)> {
    let said = |(from, to): &(usize, usize)| (t.log[*to].event.seq, t.log[*from].subject());
    t.links.iter().map(said).collect()
}

fn draw_lane(pen: &mut Pen, t: &Timeline, lane: &Lane) {
    let top = pen.y;
    match pen.narrow {
        true => {
            pen.text(pen.scale.left, pen.y + 14.0, "sr-tl-lane", &shorten(&lane.name, 40));
            pen.y += 18.0;
        }
        false => {
            pen.text(PAD, pen.y + 26.0, "sr-tl-lane", &shorten(&lane.name, 15));
            pen.y += PAD;
        }
    }
    let before = std::mem::take(&mut pen.out);
    limits::draw(pen, lane);
    tracks::draw(pen, lane);
    // Lines through the bars come first: no words are crossed by one.
    let bars = std::mem::replace(&mut pen.out, before);
    limits::cuts(pen);
    pen.out += &bars;
    moments::draw(pen, lane, &t.log);
    for gauge in lane.gauges.iter().take(MAX_GAUGES) {
        gauge::draw(pen, gauge);
    }
    pen.y = (pen.y + PAD).max(top + 36.0);
    if top > AXIS {
        let (left, right) = (if pen.narrow { pen.scale.left } else { PAD }, pen.scale.right);
        pen.path("sr-tl-rule", "M# #H#", &[left, top, right]);
    }
}

/// One path for all grid lines, one text for each label.
fn axis(pen: &mut Pen, height: f64) {
    let (ticks, step) = pen.scale.ticks(84.0);
    let bottom = height - FOOT;
    pen.begin_path("sr-tl-grid");
    for tick in &ticks {
        pen.shape("M# #V#", &[pen.scale.x(*tick), AXIS - 6.0, bottom]);
    }
    pen.end_path();
    for tick in ticks {
        let x = pen.scale.x(tick);
        // A label that would be cut off at the left begins at its line.
        let class = if x < HALF_LABEL { "sr-tl-tick is-first" } else { "sr-tl-tick" };
        pen.text(x, 14.0, class, &tick_label(tick, step));
    }
}

/// With the digits that tell one tick from the next.
fn tick_label(at: u64, step: u64) -> String {
    let digits = [1_000, 100, 10, 1].iter().position(|s| step.is_multiple_of(*s)).unwrap_or(3);
    let (whole, rest) = (at / 1_000, at % 1_000);
    match (step, digits) {
        (1_000_000.., _) => format!("{} s", at / 1_000_000),
        (_, 0) => format!("{whole} ms"),
        (_, digits) => format!("{whole}.{} ms", until(&format!("{rest:03}"), digits)),
    }
}

/// What the run showed, where it ended. Behind everything else: on a phone names of lanes may stand there.
fn end(pen: &mut Pen, t: &Timeline, v: &View, height: f64) {
    // A replay does not tell the end before its clock is there.
    let known = v.cursor.is_none_or(|at| at >= t.end());
    if let Some(verdict) = t.verdict().filter(|_| known && pen.scale.shows(t.end(), t.end())) {
        let x = pen.scale.x(t.end());
        pen.path("sr-tl-end", "M# #V#", &[x, AXIS - 6.0, height - FOOT + 4.0]);
        let class = format!("sr-tl-verdict is-{verdict}");
        pen.text_end(x, height - 7.0, &class, &format!("{} {verdict}", verdict.sign()));
    }
}

/// The clock's hand.
fn hand(pen: &mut Pen, v: &View, height: f64) {
    let Some(at) = v.cursor else { return };
    // Words that stand behind the end are of it, too.
    let (x, right, bottom) = (pen.scale.x(at), pen.scale.right + MARGIN, height - FOOT);
    pen.path("sr-tl-later", "M# #H#V#H#z", &[x, AXIS, right, bottom, x]);
    pen.path("sr-tl-cursor", "M# #V#", &[x, AXIS - 8.0, bottom]);
}
