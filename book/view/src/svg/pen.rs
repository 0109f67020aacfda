use super::AXIS;
use crate::layout::Scale;
use crate::text::escape;
use std::fmt::Write;

/// An average character of the labels, px. Text is only placed where this many pixels are free.
const CHAR: f64 = 6.4;

/// Writes elements, and knows where the next lane goes.
pub(super) struct Pen {
    pub out: String,
    pub y: f64,
    pub scale: Scale,
    pub near: f64,
    /// The end of what is known, µs.
    pub now: u64,
    pub narrow: bool,
    stops: usize,
}

/// One thing that happened, for those who point at it or step to it.
pub(super) struct Item<'a> {
    pub class: &'a str,
    pub seq: u64,
    pub at: u64,
    pub to: u64,
    pub title: String,
}

impl Pen {
    pub fn new(scale: Scale, near: f64, now: u64, narrow: bool) -> Self {
        Self { out: String::new(), y: AXIS, scale, near, now, narrow, stops: 0 }
    }

    pub fn item(&mut self, item: &Item<'_>, draw: impl FnOnce(&mut Self)) {
        let tab = if self.stops == 0 { 0 } else { -1 };
        self.stops += 1;
        self.push(format_args!(
            "<g class=\"sr-tl-item {}\" role=\"img\" tabindex=\"{tab}\" data-seq=\"{}\" data-at=\"{}\" data-to=\"{}\"><title>{}</title>",
            item.class,
            item.seq,
            item.at,
            item.to,
            escape(&item.title)
        ));
        draw(self);
        self.out.push_str("</g>");
    }

    pub fn path(&mut self, class: &str, d: &str) {
        self.push(format_args!("<path class=\"{class}\" d=\"{d}\"/>"));
    }

    pub fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.push(format_args!(
            "<text class=\"{class}\" x=\"{}\" y=\"{}\">{}</text>",
            px(x),
            px(y),
            escape(text)
        ));
    }

    /// Text that ends at `x`.
    pub fn text_end(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.push(format_args!(
            "<text class=\"{class}\" text-anchor=\"end\" x=\"{}\" y=\"{}\">{}</text>",
            px(x),
            px(y),
            escape(text)
        ));
    }

    fn push(&mut self, what: std::fmt::Arguments<'_>) {
        self.out.write_fmt(what).expect("a string takes everything");
    }
}

/// How wide a label is, about.
pub(super) fn wide(text: &str) -> f64 {
    text.chars().count() as f64 * CHAR
}

/// A coordinate: a tenth of a pixel is fine enough.
pub(super) fn px(n: f64) -> String {
    let tenths = (n * 10.0).round() as i64;
    let (sign, tenths) = (if tenths < 0 { "-" } else { "" }, tenths.unsigned_abs());
    match tenths % 10 {
        0 => format!("{sign}{}", tenths / 10),
        rest => format!("{sign}{}.{rest}", tenths / 10),
    }
}
