//! Links to labs by their name, `[text](lab:lost-line)`: pages that speak of many labs, some of them planned, need no
//! mending when a chapter comes or moves.

use crate::{directive::Wrong, problem::hint};

/// Labs that are planned. One that has its chapter may stay in this list: it is linked all the same.
const PLANNED: [&str; 19] = [
    "ambiguous-commit",
    "avalanche",
    "cancel-that-arrives",
    "closed-loop",
    "dead-link",
    "endless-sender",
    "futurelock",
    "half-upload",
    "late-cancel",
    "leaked-connection",
    "leaky-limit",
    "lost-on-deploy",
    "meddling-layer",
    "silent-primary",
    "stale-read",
    "stuck-gauge",
    "swapped-reply",
    "unstoppable-call",
    "unstopped-stream",
];

/// Replaces the links of a text that begins on the given line. `chapter` tells where a lab's chapter is, if it has one.
pub(crate) fn resolve(
    text: &str,
    first_line: usize,
    chapter: impl Fn(&str) -> Option<String>,
) -> (String, Vec<Wrong>) {
    const MARK: &str = "](lab:";
    let (mut out, mut wrong) = (String::with_capacity(text.len()), vec![]);
    let mut rest = text;
    while let Some(at) = rest.find(MARK) {
        out.push_str(&rest[..at]);
        let after = &rest[at + MARK.len()..];
        let Some(end) = after.find(')') else { break };
        let (slug, anchor) = after[..end].split_once('#').unwrap_or((&after[..end], ""));
        match chapter(slug) {
            Some(to) if anchor.is_empty() => out += &format!("]({to})"),
            Some(to) => out += &format!("]({to}#{anchor})"),
            None => {
                unlink(&mut out);
                if !PLANNED.contains(&slug) {
                    let line = first_line + out.matches('\n').count();
                    wrong.push((line, unknown(slug)));
                }
            }
        }
        rest = &after[end + 1..];
    }
    out.push_str(rest);
    (out, wrong)
}

/// Takes the bracket away in which the link's text began.
fn unlink(out: &mut String) {
    if let Some(bracket) = out.rfind('[') {
        out.remove(bracket);
    }
    out.push_str(" (planned)");
}

fn unknown(slug: &str) -> String {
    format!("lab:{slug} is no lab with a chapter, and none is planned{}", hint(slug, PLANNED))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chapter(slug: &str) -> Option<String> {
        (slug == "lost-line").then(|| "../tasks/lost-line.md".to_owned())
    }

    #[test]
    fn a_lab_with_a_chapter_is_linked_and_a_planned_one_is_called_so() {
        let text = "See [`lost-line`](lab:lost-line), [why](lab:lost-line#why),\nand [`futurelock`](lab:futurelock).";
        let (out, wrong) = resolve(text, 1, chapter);
        assert_eq!(
            out,
            "See [`lost-line`](../tasks/lost-line.md), [why](../tasks/lost-line.md#why),\nand `futurelock` (planned)."
        );
        assert_eq!(wrong, []);
    }

    #[test]
    fn a_lab_that_nobody_planned_is_told_with_its_line() {
        let (_, wrong) = resolve("a\n\n[x](lab:futurelok)", 7, chapter);
        assert_eq!(wrong.len(), 1);
        assert_eq!(wrong[0].0, 9);
        assert!(wrong[0].1.contains("did you mean futurelock?"), "{wrong:?}");
    }

    #[test]
    fn other_links_stay_as_they_are() {
        let text = "[a](b.md) `lab:x` [c](https://lab:d)";
        assert_eq!(resolve(text, 1, chapter), (text.to_owned(), vec![]));
    }
}
