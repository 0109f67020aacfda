//! A blank line before and after every directive. To a translator's tools a directive that touches text is part of the
//! paragraph, and comes back as one of its words.

use crate::{
    Problem,
    directive::{BLOCKS, Directive, Part, scan},
};

/// One problem for each directive that touches text, in its line of `file`.
pub(super) fn problems(file: &str, text: &str) -> Vec<Problem> {
    let lines: Vec<&str> = text.lines().collect();
    let (parts, _) = scan(text);
    let directives = parts.iter().filter_map(|part| match part {
        Part::Directive(d) => Some(d),
        Part::Text(_) => None,
    });
    directives
        .flat_map(marks)
        .filter_map(|line| touching(&lines, line))
        .map(|(line, what)| Problem { file: file.to_owned(), line, what })
        .collect()
}

/// The lines of a directive: its own, and for a block that which closes it. Counted from 1.
fn marks(directive: &Directive<'_>) -> Vec<usize> {
    let opens = directive.line;
    match BLOCKS.contains(&directive.name) {
        true => vec![opens, opens + directive.body.lines().count() + 1],
        false => vec![opens],
    }
}

fn touching(lines: &[&str], line: usize) -> Option<(usize, String)> {
    let blank = |index: Option<usize>| {
        index.and_then(|i| lines.get(i)).is_none_or(|neighbour| neighbour.trim().is_empty())
    };
    let place = match (blank(line.checked_sub(2)), blank(Some(line))) {
        (true, true) => return None,
        (false, true) => "before",
        (true, false) => "after",
        (false, false) => "before and after",
    };
    let what = lines.get(line - 1).copied().unwrap_or_default().trim();
    Some((line, format!("{what} touches text; put a blank line {place} it")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(usize, String)> {
        problems("a.md", text).into_iter().map(|p| (p.line, p.what)).collect()
    }

    #[test]
    fn a_directive_with_room_around_it_is_well() {
        let well = "{{#lab x}}\n\ntext\n\n{{#check a}}\n\nWhy?\n\n{{/check}}\n\n{{#run x buggy}}";
        assert_eq!(told(well), []);
        assert_eq!(told("```md\ncode\n{{#run x buggy}}\ncode\n```\n"), []);
    }

    #[test]
    fn one_that_touches_text_is_told_with_its_line_and_the_side() {
        let [(line, what)] = &told("# A\n\ntext\n{{#run x buggy}}\n\nmore\n")[..] else { panic!() };
        assert_eq!((*line, what.contains("blank line before it")), (4, true), "{what}");
        assert!(told("{{#run x buggy}}\nmore\n")[0].1.contains("blank line after it"));
        assert!(told("a\n{{#run x buggy}}\nb\n")[0].1.contains("before and after it"));
    }

    #[test]
    fn a_block_is_told_at_its_opening_and_at_its_closing_line() {
        let text = "{{#check a}}\nWhy?\n\n- [x] So. :: Yes.\n{{/check}}\nmore\n";
        let [opens, closes] = &told(text)[..] else { panic!("{:?}", told(text)) };
        assert_eq!((opens.0, closes.0), (1, 5));
        assert!(closes.1.starts_with("{{/check}} touches text"), "{closes:?}");
    }
}
