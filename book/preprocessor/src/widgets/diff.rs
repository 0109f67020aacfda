//! `{{#diff slug [anchor]}}`: buggy.rs against fixed.rs, computed; folded, for a reader may want to mend it first.

use crate::{
    directive::Directive,
    html::inline,
    page::{Expanded, Page},
    source,
};
use maud::{Markup, html};
use similar::{ChangeTag, TextDiff};
use still_running_view::text::count;

/// Unchanged lines shown around a change.
const AROUND: usize = 3;

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let (slug, anchor) = match d.args.as_slice() {
        [slug] => (*slug, None),
        [slug, anchor] => (*slug, Some(*anchor)),
        _ => return Err("write {{#diff <slug> [<anchor>]}}".into()),
    };
    let lab = page.lab(slug)?;
    let read = |file: &str| -> Result<(String, String), String> {
        let text = lab.source(file)?;
        let (heading, rest) = labkit_shelf::anchor::heading(&text);
        let code =
            source::part(rest, anchor).map_err(|why| format!("labs/{slug}/{file}: {why}"))?;
        Ok((heading, code))
    };
    let (buggy, fixed) = (read("buggy.rs")?, read("fixed.rs")?);
    if buggy.1 == fixed.1 {
        return Err(format!("labs/{slug}/buggy.rs and fixed.rs do not differ here"));
    }
    // What the files say of themselves is said once, with the first of several diffs.
    let id = page.id(slug, "diff");
    let first = id.ends_with("-diff");
    let (lines, removed, added) = lines(&buggy.1, &fixed.1);
    Ok(html! {
        details.sr-fix #(id) {
            summary {
                "Show the fix" @if let Some(anchor) = anchor { ", " code { (anchor) } } ": "
                (count(removed, "line", "lines")) " removed, " (count(added, "line", "lines")) " added"
            }
            figure.sr-diff {
                @if first { (caption(&buggy.0, &fixed.0)) }
                pre.sr-diff-lines { @for line in lines { (line) } }
            }
        }
    })
}

/// What each side says of itself.
fn caption(buggy: &str, fixed: &str) -> Markup {
    html! {
        figcaption {
            span.sr-diff-side.is-removed { code { "buggy.rs" } " " (inline(buggy)) } " "
            span.sr-diff-side.is-added { code { "fixed.rs" } " " (inline(fixed)) }
        }
    }
}

/// The lines as HTML, with how many were removed and added.
fn lines(buggy: &str, fixed: &str) -> (Vec<Markup>, usize, usize) {
    let diff = TextDiff::from_lines(buggy, fixed);
    let (mut out, mut removed, mut added) = (vec![], 0, 0);
    for (i, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if i > 0 {
            out.push(html! { span.sr-line.is-gap { "⋯\n" } });
        }
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        let blank =
            |c: &similar::Change<&str>| c.tag() == ChangeTag::Equal && c.value().trim().is_empty();
        for change in changes.skip_while(blank) {
            removed += usize::from(change.tag() == ChangeTag::Delete);
            added += usize::from(change.tag() == ChangeTag::Insert);
            out.push(line(change.tag(), change.value()));
        }
    }
    (out, removed, added)
}

/// A line has its sign to see and its word to hear.
fn line(tag: ChangeTag, text: &str) -> Markup {
    let text = text.trim_end_matches('\n');
    let signed = |sign: &str, word: &str| {
        html! { span aria-hidden="true" { (sign) " " } span.sr-only { (word) ": " } (text) "\n" }
    };
    html! {
        @match tag {
            ChangeTag::Equal => span.sr-line { "  " (text) "\n" },
            ChangeTag::Delete => del.sr-line.is-removed { (signed("-", "removed")) },
            ChangeTag::Insert => ins.sr-line.is-added { (signed("+", "added")) },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign_and_its_word() {
        let (lines, removed, added) = lines("a\nb\nc\n", "a\n<b>\nd\nc\n");
        assert_eq!((removed, added), (1, 2));
        let html = html! { @for line in lines { (line) } }.into_string();
        assert!(html.contains("- </span><span class=\"sr-only\">removed: </span>b"));
        assert!(html.contains("+ </span><span class=\"sr-only\">added: </span>&lt;b&gt;"));
        assert!(html.contains("<span class=\"sr-line\">  a\n</span>"));
    }

    #[test]
    fn what_is_far_from_a_change_is_left_out() {
        let same: String = (0..20).map(|i| format!("{i}\n")).collect();
        let (lines, ..) = lines(&format!("x\n{same}y\n"), &format!("X\n{same}Y\n"));
        let html = html! { @for line in lines { (line) } }.into_string();
        assert!(html.contains("is-gap") && !html.contains("  10\n"));
    }
}
