//! What `cargo xtask new-lab` left to its author, and nobody wrote.

use crate::Problem;

const MARK: &str = "TODO";

/// A problem for each line of a file with the mark in it.
pub(super) fn problems(file: &str, text: &str) -> Vec<Problem> {
    let line = |(i, line): (usize, &str)| {
        let what = line[line.find(MARK)? + MARK.len()..].trim_start_matches(':').trim();
        let what = what.trim_end_matches("-->").trim_end();
        Some(Problem {
            file: file.to_owned(),
            line: i + 1,
            what: format!("is to be written: {what}"),
        })
    };
    text.lines().enumerate().filter_map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_to_be_written_is_told_with_its_line() {
        let found = problems("a.md", "# A\n\n<!-- TODO: what was seen. -->\n");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "a.md:3: is to be written: what was seen.");
    }
}
