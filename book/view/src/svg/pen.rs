use super::AXIS;
use crate::layout::Scale;
use crate::text::escape;
use std::fmt::{self, Write};

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

    fn push(&mut self, what: fmt::Arguments<'_>) {
        self.out.write_fmt(what).expect("a string takes everything");
    }
}

/// How wide a label is, about.
pub(super) fn wide(text: &str) -> f64 {
    text.chars().count() as f64 * CHAR
}

/// A coordinate: a tenth of a pixel is fine enough.
pub(super) fn px(n: f64) -> Px {
    Px((n * 10.0).round() as i64)
}

/// Tenths of a pixel. Thousands are written for one picture, so this goes without the machinery of `format!`.
pub(super) struct Px(i64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut digits, mut at) = ([0; 24], 24);
        let mut put = |byte| {
            at -= 1;
            digits[at] = byte;
        };
        let (mut whole, tenth) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if tenth > 0 {
            put(b'0' + tenth as u8);
            put(b'.');
        }
        loop {
            put(b'0' + (whole % 10) as u8);
            whole /= 10;
            if whole == 0 {
                break;
            }
        }
        if self.0 < 0 {
            put(b'-');
        }
        f.write_str(std::str::from_utf8(&digits[at..]).map_err(|_| fmt::Error)?)
    }
}

#[cfg(test)]
mod tests {
    use super::px;

    #[test]
    fn a_coordinate_has_a_tenth_at_most() {
        let said = [0.0, 1.04, 12.25, 104.96, -0.5, -17.0].map(|n| px(n).to_string());
        assert_eq!(said, ["0", "1", "12.3", "105", "-0.5", "-17"]);
    }
}
