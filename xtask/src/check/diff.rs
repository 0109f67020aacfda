//! How far two variants are apart: for each case (a stretch between anchors) and for what stands outside all of them.

use super::shape::rest;
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;

/// Lines that are in one variant only, blank lines and comments aside.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Changed {
    pub removed: usize,
    pub added: usize,
}

/// The parts of a lab's diff, by name, with how much each changed.
pub fn parts(buggy: &str, fixed: &str) -> Vec<(String, Changed)> {
    let (buggy, fixed) = (split(rest(buggy)), split(rest(fixed)));
    let nothing = String::new();
    let of =
        |map: &BTreeMap<String, String>, part: &String| map.get(part).unwrap_or(&nothing).clone();
    let mut names: Vec<&String> = buggy.keys().chain(fixed.keys()).collect();
    names.sort();
    names.dedup();
    names
        .iter()
        .map(|part| ((*part).clone(), changed(&of(&buggy, part), &of(&fixed, part))))
        .collect()
}

/// Cuts a file at its `// ANCHOR: name` and `// ANCHOR_END: name` lines.
fn split(file: &str) -> BTreeMap<String, String> {
    let (mut parts, mut part) = (BTreeMap::new(), "the file".to_owned());
    for line in file.lines() {
        match line.trim() {
            l if l.starts_with("// ANCHOR: ") => {
                part = format!("case {}", &l["// ANCHOR: ".len()..])
            }
            l if l.starts_with("// ANCHOR_END: ") => part = "the file".to_owned(),
            _ => *parts.entry(part.clone()).or_insert_with(String::new) += &format!("{line}\n"),
        }
    }
    parts
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
    fn each_case_is_counted_by_itself_and_the_first_line_not_at_all() {
        let buggy = "//! bug\nuse crate::*;\n// ANCHOR: a\nlet a = 1;\n// ANCHOR_END: a\n// ANCHOR: b\nb();\n// ANCHOR_END: b\n";
        let fixed = "//! fix\nuse crate::*;\n// ANCHOR: a\nlet a = 2;\n\n// why\nlet c = 3;\n// ANCHOR_END: a\n// ANCHOR: b\nb();\n// ANCHOR_END: b\n";
        let parts = parts(buggy, fixed);
        assert_eq!(parts[0], ("case a".into(), Changed { removed: 1, added: 2 }));
        assert_eq!(parts[1], ("case b".into(), Changed::default()));
        assert_eq!(parts[2], ("the file".into(), Changed::default()));
    }
}
