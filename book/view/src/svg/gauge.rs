//! Values over time, as small step lines.

use super::pen::{Item, Pen, fill};
use crate::layout::Scale;
use crate::parts::Gauge;
use crate::text::{shorten, time};

const LABEL: f64 = 14.0;
const LINE: f64 = 22.0;

pub(super) fn draw(pen: &mut Pen, gauge: &Gauge) {
    let Some(last) = gauge.at(pen.scale.to).or_else(|| gauge.steps.first().map(|s| s.1)) else {
        return;
    };
    let (low, high) = range(gauge);
    let unit = if gauge.unit.is_empty() { String::new() } else { format!(" {}", gauge.unit) };
    let first_at = gauge.steps.first().map_or(0, |s| s.0);
    let title = format!(
        "{}: {last}{unit} at {}, between {low} and {high}",
        gauge.name,
        time(pen.scale.to.min(pen.now))
    );
    let item = Item { class: "sr-tl-gauge", seq: gauge.seq, at: first_at, to: pen.now, title };
    let base = pen.y + LABEL + LINE;
    let d = steps(gauge, &pen.scale, pen.now, base, (low, high));
    pen.item(&item, &mut |pen| {
        let y = pen.y + LABEL - 4.0;
        pen.text(pen.scale.left + 4.0, y, "sr-tl-name", &shorten(&gauge.name, 28));
        pen.text_end(
            pen.scale.right - 4.0,
            y,
            "sr-tl-value",
            &format!("{last}{unit}, most {high}"),
        );
        pen.path("sr-tl-step", &d, &[]);
    });
    pen.y = base + 6.0;
}

fn range(gauge: &Gauge) -> (i64, i64) {
    let values = || gauge.steps.iter().map(|s| s.1);
    (values().min().unwrap_or(0), values().max().unwrap_or(0))
}

/// The line: at most a lowest, a highest and a last value for each pixel.
fn steps(gauge: &Gauge, scale: &Scale, now: u64, base: f64, (low, high): (i64, i64)) -> String {
    let low = low.min(0);
    let tall = (high - low).max(1) as f64;
    let y = |value: i64| base - (value - low) as f64 / tall * (LINE - 2.0);
    let mut d = String::new();
    if let Some(value) = gauge.at(scale.from) {
        fill(&mut d, "M# #", &[scale.left, y(value)]);
    }
    let shown = gauge.steps.iter().filter(|(at, _)| *at > scale.from && *at <= scale.to);
    for column in columns(shown, scale) {
        match d.is_empty() {
            true => fill(&mut d, "M# #", &[column.x, y(column.last)]),
            false => fill(&mut d, "H#", &[column.x]),
        }
        if column.low != column.high {
            fill(&mut d, "V#V#", &[y(column.high), y(column.low)]);
        }
        fill(&mut d, "V#", &[y(column.last)]);
    }
    fill(&mut d, "H#", &[scale.x(now)]);
    d
}

struct Column {
    x: f64,
    low: i64,
    high: i64,
    last: i64,
}

fn columns<'a>(steps: impl Iterator<Item = &'a (u64, i64)>, scale: &Scale) -> Vec<Column> {
    let mut all: Vec<Column> = vec![];
    for &(at, value) in steps {
        let x = scale.x(at);
        match all.last_mut() {
            Some(last) if x - last.x < 1.0 => {
                (last.low, last.high, last.last) =
                    (last.low.min(value), last.high.max(value), value);
            }
            _ => all.push(Column { x, low: value, high: value, last: value }),
        }
    }
    all
}
