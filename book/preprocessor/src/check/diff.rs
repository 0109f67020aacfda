//! How far two variants are apart: for each case (a stretch between anchors) and for what stands outside all of them.

use labkit_shelf::anchor::{heading, split};
use similar::{ChangeTag, TextDiff};
use std::collections::{BTreeMap, BTreeSet};

/// Lines that are in one variant only, blank lines and comments aside.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Changed {
    pub removed: usize,
    pub added: usize,
}

/// The parts of a lab's diff, in words, with how much each changed.
pub(super) fn parts(buggy: &str, fixed: &str) -> Vec<(String, Changed)> {
    let ((_, buggy), (_, fixed)) = (heading(buggy), heading(fixed));
    let (buggy, fixed) = (split(buggy), split(fixed));
    let text = |parts: &BTreeMap<Option<&str>, String>, part| {
        parts.get(&part).cloned().unwrap_or_default()
    };
    let names: BTreeSet<Option<&str>> = buggy.keys().chain(fixed.keys()).copied().collect();
    let name =
        |part: Option<&str>| part.map_or("the file".to_owned(), |case| format!("case {case}"));
    let of = |part| (name(part), changed(&text(&buggy, part), &text(&fixed, part)));
    names.into_iter().map(of).collect()
}

fn changed(buggy: &str, fixed: &str) -> Changed {
    let mut changed = Changed::default();
    for change in TextDiff::from_lines(buggy, fixed).iter_all_changes() {
        let line = change.value().trim();
        let counts = !line.is_empty() && !line.starts_with("//");
        match change.tag() {
            ChangeTag::Delete if counts => changed.removed += 1,
            ChangeTag::Insert if counts => changed.added += 1,
            _ => {}
        }
    }
    changed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_case_is_counted_by_itself_and_the_heading_not_at_all() {
        let buggy = "//! bug\nuse crate::*;\n// ANCHOR: a\nlet a = 1;\n// ANCHOR_END: a\n// ANCHOR: b\nb();\n// ANCHOR_END: b\n";
        let fixed = "//! fix\nuse crate::*;\n// ANCHOR: a\nlet a = 2;\n\n// why\nlet c = 3;\n// ANCHOR_END: a\n// ANCHOR: b\nb();\n// ANCHOR_END: b\n";
        let parts = parts(buggy, fixed);
        assert_eq!(parts[0], ("the file".into(), Changed::default()));
        assert_eq!(parts[1], ("case a".into(), Changed { removed: 1, added: 2 }));
        assert_eq!(parts[2], ("case b".into(), Changed::default()));
    }
}
