use std::fmt;

pub const HEAD: &str =
    "| measure | ours | target | | beside it, in the same sitting |\n|---|---|---|---|---|";

/// One line of the table.
pub struct Row {
    pub measure: String,
    pub ours: String,
    pub target: &'static str,
    pub met: bool,
    pub beside: String,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let met = if self.met { "met" } else { "**missed**" };
        let Self { measure, ours, target, beside, .. } = self;
        write!(f, "| {measure} | {ours} | {target} | {met} | {beside} |")
    }
}

/// The middle one.
pub fn median(mut of: Vec<f64>) -> f64 {
    quantile(&mut of, 0.5)
}

/// Such that this part of them is no larger.
pub fn quantile(of: &mut [f64], part: f64) -> f64 {
    of.sort_by(f64::total_cmp);
    of[((of.len() as f64 * part).ceil() as usize).clamp(1, of.len()) - 1]
}
