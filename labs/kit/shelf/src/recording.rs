//! What the files in `book/recordings/<slug>/` are called.

/// What the lab said of itself when it was recorded.
pub const DESCRIPTION: &str = "describe.json";
/// The verdict at each point of each knob's grid.
pub const GRID: &str = "grid.json";

/// A recording: `buggy.cast`, or `buggy-tick-140.cast` with that knob at that value.
pub fn file(variant: &str, knob: Option<(&str, &str)>) -> String {
    match knob {
        None => format!("{variant}.cast"),
        Some((name, value)) => format!("{variant}-{name}-{value}.cast"),
    }
}
