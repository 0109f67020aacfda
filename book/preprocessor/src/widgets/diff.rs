//! `{{#diff slug [anchor]}}`: buggy.rs against fixed.rs, computed; folded, for a reader may want to mend it first.

use crate::{
    directive::Directive,
    html,
    page::{Expanded, Page},
    source,
};
use similar::{ChangeTag, TextDiff};
use still_running_view::text::{count, escape};

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
    let caption = if first { caption(&buggy.0, &fixed.0) } else { String::new() };
    let (lines, removed, added) = lines(&buggy.1, &fixed.1);
    Ok(format!(
        "<details class=\"sr-fix\" id=\"{id}\"><summary>Show the fix{}: {} removed, {} added</summary>\
         <figure class=\"sr-diff\">{caption}<pre class=\"sr-diff-lines\">{lines}</pre></figure></details>",
        anchor.map(|a| format!(", <code>{}</code>", escape(a))).unwrap_or_default(),
        count(removed, "line", "lines"),
        count(added, "line", "lines"),
    ))
}

/// What each side says of itself.
fn caption(buggy: &str, fixed: &str) -> String {
    let side = |class: &str, file: &str, said: &str| {
        format!(
            "<span class=\"sr-diff-side {class}\"><code>{file}</code> {}</span>",
            html::inline(said)
        )
    };
    let (buggy, fixed) =
        (side("is-removed", "buggy.rs", buggy), side("is-added", "fixed.rs", fixed));
    format!("<figcaption>{buggy} {fixed}</figcaption>")
}

/// The lines as HTML, with how many were removed and added.
fn lines(buggy: &str, fixed: &str) -> (String, usize, usize) {
    let diff = TextDiff::from_lines(buggy, fixed);
    let (mut out, mut removed, mut added) = (String::new(), 0, 0);
    for (i, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if i > 0 {
            out.push_str("<span class=\"sr-line is-gap\">⋯\n</span>");
        }
        let changes = group.iter().flat_map(|op| diff.iter_changes(op));
        let blank =
            |c: &similar::Change<&str>| c.tag() == ChangeTag::Equal && c.value().trim().is_empty();
        for change in changes.skip_while(blank) {
            removed += usize::from(change.tag() == ChangeTag::Delete);
            added += usize::from(change.tag() == ChangeTag::Insert);
            out.push_str(&line(change.tag(), change.value()));
        }
    }
    (out, removed, added)
}

/// A line has its sign to see and its word to hear.
fn line(tag: ChangeTag, text: &str) -> String {
    let text = escape(text.trim_end_matches('\n'));
    match tag {
        ChangeTag::Equal => format!("<span class=\"sr-line\">  {text}\n</span>"),
        ChangeTag::Delete => format!(
            "<del class=\"sr-line is-removed\"><span aria-hidden=\"true\">- </span><span class=\"sr-only\">removed: </span>{text}\n</del>"
        ),
        ChangeTag::Insert => format!(
            "<ins class=\"sr-line is-added\"><span aria-hidden=\"true\">+ </span><span class=\"sr-only\">added: </span>{text}\n</ins>"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_has_its_sign_and_its_word() {
        let (html, removed, added) = lines("a\nb\nc\n", "a\n<b>\nd\nc\n");
        assert_eq!((removed, added), (1, 2));
        assert!(html.contains("- </span><span class=\"sr-only\">removed: </span>b"));
        assert!(html.contains("+ </span><span class=\"sr-only\">added: </span>&lt;b&gt;"));
        assert!(html.contains("<span class=\"sr-line\">  a\n</span>"));
    }

    #[test]
    fn what_is_far_from_a_change_is_left_out() {
        let same: String = (0..20).map(|i| format!("{i}\n")).collect();
        let (html, ..) = lines(&format!("x\n{same}y\n"), &format!("X\n{same}Y\n"));
        assert!(html.contains("is-gap") && !html.contains("  10\n"));
    }
}
