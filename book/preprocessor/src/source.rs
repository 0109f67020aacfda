//! Parts of a lab's files, as a page shows them.

use crate::problem::hint;
use labkit_shelf::anchor;

/// A stretch between anchors, or the whole file. What is missing or empty is an error in words, with what may have been
/// meant.
pub(crate) fn part(text: &str, name: Option<&str>) -> Result<String, String> {
    anchor::part(text, name).map_err(|missing| {
        let known = missing.known().iter().map(String::as_str);
        format!("{missing}{}", hint(name.unwrap_or_default(), known))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_pen_is_told_what_may_have_been_meant() {
        let why = part("// ANCHOR: barrier\nx\n// ANCHOR_END: barrier\n", Some("barier"));
        assert!(why.unwrap_err().ends_with("it has: barrier (did you mean barrier?)"));
    }
}
