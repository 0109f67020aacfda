use crate::layout::Scale;
use crate::text::escape;
use std::fmt::Write;

/// An average character of the labels, and a capital, px. Text is only placed where this many pixels are free.
const CHAR: f64 = 6.4;
const CAPITAL: f64 = 8.2;

/// Where the first lane begins, below the labels of the axis, px.
pub(super) const AXIS: f64 = 26.0;
/// What stands right of the end: the words of what happened last, px.
pub(super) const MARGIN: f64 = 30.0;

/// Writes elements, and knows where the next lane goes.
pub(super) struct Pen {
    pub out: String,
    pub y: f64,
    pub scale: Scale,
    pub near: f64,
    /// The end of what is known, µs.
    pub now: u64,
    pub narrow: bool,
    /// What each effect came of, by the event's number.
    pub causes: Vec<(u64, String)>,
    /// Where each event is drawn, by its number.
    pub places: Vec<(u64, f64, f64)>,
    /// Where a limit is due, in the lane that is being drawn.
    pub cuts: Vec<Cut>,
    stops: usize,
}

/// A limit that was due: its place, and whether it was kept.
#[derive(Clone, Copy)]
pub(super) struct Cut {
    pub x: f64,
    pub y: f64,
    pub kept: bool,
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
        Self {
            out: String::new(),
            y: AXIS,
            scale,
            near,
            now,
            narrow,
            causes: vec![],
            places: vec![],
            cuts: vec![],
            stops: 0,
        }
    }

    /// What an event came of, as the end of a sentence; empty where nobody said.
    pub fn cause(&self, seq: u64) -> String {
        let cause = self.causes.iter().find(|(effect, _)| *effect == seq);
        cause.map_or_else(String::new, |(_, said)| format!(", because of {said}"))
    }

    /// Notes where an event is drawn, for links to it.
    pub fn at(&mut self, seq: u64, x: f64, y: f64) {
        self.places.push((seq, x, y));
    }

    pub fn item(&mut self, item: &Item<'_>, draw: &mut dyn FnMut(&mut Self)) {
        let tab = if self.stops == 0 { 0 } else { -1 };
        self.stops += 1;
        let begin = write!(
            self.out,
            "<g class=\"sr-tl-item {}\" role=\"img\" tabindex=\"{tab}\" data-seq=\"{}\" data-at=\"{}\" data-to=\"{}\"><title>{}</title>",
            item.class,
            item.seq,
            item.at,
            item.to,
            escape(&item.title)
        );
        begin.expect("a string takes everything");
        draw(self);
        self.out.push_str("</g>");
    }

    /// A path; in its shape each `#` stands for the next of the numbers.
    pub fn path(&mut self, class: &str, shape: &str, numbers: &[f64]) {
        self.begin_path(class);
        self.shape(shape, numbers);
        self.end_path();
    }

    pub fn begin_path(&mut self, class: &str) {
        self.out += "<path class=\"";
        self.out += class;
        self.out += "\" d=\"";
    }

    /// Goes on with a path.
    pub fn shape(&mut self, shape: &str, numbers: &[f64]) {
        fill(&mut self.out, shape, numbers);
    }

    pub fn end_path(&mut self) {
        self.out += "\"/>";
    }

    pub fn text(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.words(x, y, class, "", text);
    }

    /// Text that ends at `x`.
    pub fn text_end(&mut self, x: f64, y: f64, class: &str, text: &str) {
        self.words(x, y, class, " text-anchor=\"end\"", text);
    }

    fn words(&mut self, x: f64, y: f64, class: &str, anchor: &str, text: &str) {
        for part in ["<text class=\"", class, "\"", anchor] {
            self.out += part;
        }
        self.shape(" x=\"#\" y=\"#\">", &[x, y]);
        self.out += &escape(text);
        self.out += "</text>";
    }
}

/// How wide a label is, about.
pub(super) fn wide(text: &str) -> f64 {
    text.chars().map(|c| if c.is_ascii_uppercase() { CAPITAL } else { CHAR }).sum()
}

/// Writes a pattern: each `#` in it is the next of the numbers.
pub(super) fn fill(out: &mut String, pattern: &str, numbers: &[f64]) {
    let mut numbers = numbers.iter();
    for c in pattern.chars() {
        match numbers.as_slice().first().filter(|_| c == '#') {
            Some(n) => {
                px(out, *n);
                numbers.next();
            }
            None => out.push(c),
        }
    }
}

/// A coordinate: a tenth of a pixel is fine enough. Thousands are written for one picture, so this goes without the
/// machinery of `format!`.
fn px(out: &mut String, n: f64) {
    let tenths = (n * 10.0).round() as i64;
    let (mut digits, mut at) = ([0; 24], 24);
    let mut put = |byte| {
        at -= 1;
        digits[at] = byte;
    };
    let (mut whole, tenth) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
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
    if tenths < 0 {
        put(b'-');
    }
    digits[at..].iter().for_each(|digit| out.push(char::from(*digit)));
}

#[cfg(test)]
mod tests {
    use super::fill;

    #[test]
    fn a_coordinate_has_a_tenth_at_most() {
        let mut out = String::new();
        fill(&mut out, "# #|# # # # #", &[0.0, 1.04, 12.25, 104.96, -0.5, -17.0]);
        assert_eq!(out, "0 1|12.3 105 -0.5 -17 #");
    }
}
