//! `{{#code slug/file.rs[:anchor]}}`: a piece of a lab's file. The await points of a variant are numbered: those are
//! the numbers in its timeline. `lab.rs` is the world around it, and has none.

use crate::{
    directive::Directive,
    page::{Expanded, Page},
    source,
};
use maud::{Markup, html};
use still_running_view::text::circled;

pub(super) fn expand(page: &mut Page<'_>, d: &Directive<'_>) -> Expanded {
    let [target] = d.only(["slug/file.rs[:anchor]"])?;
    let (path, anchor) = match target.split_once(':') {
        Some((path, anchor)) => (path, Some(anchor)),
        None => (target, None),
    };
    let (slug, file) = path.split_once('/').ok_or("write {{#code <slug>/<file>.rs[:<anchor>]}}")?;
    let text = page.lab(slug)?.source(file)?;
    let code = source::part(&text, anchor).map_err(|why| format!("labs/{path}: {why}"))?;
    let code = without_doc(&code);
    let language = if file.ends_with(".yml") { "language-yaml" } else { "language-rust" };
    let code = code.trim_end();
    Ok(html! {
        figure.sr-code {
            figcaption { code { "labs/" (path) } }
            pre {
                code class=(language) { @if file == "lab.rs" { (code) } @else { (numbered(code)) } }
            }
        }
    })
}

/// The first lines of a variant name its cause or its cure, and a reader is asked to predict first.
fn without_doc(code: &str) -> &str {
    let doc: usize =
        code.split_inclusive('\n').take_while(|line| line.starts_with("//!")).map(str::len).sum();
    &code[doc..]
}

/// The code as HTML, each `.await` with its number. The number is drawn by the style sheet, so that copied code is
/// code.
fn numbered(code: &str) -> Markup {
    let mut points = 0;
    html! {
        @for line in code.trim_end().split_inclusive('\n') { (number_line(line, &mut points)) }
    }
}

fn number_line(line: &str, points: &mut u32) -> Markup {
    let comment = line.find("//").unwrap_or(line.len());
    let (mut pieces, mut from) = (vec![], 0);
    for (at, await_) in line[..comment].match_indices(".await") {
        let after = line[at + await_.len()..].chars().next();
        if after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        *points += 1;
        pieces.push((&line[from..at], *points));
        from = at + await_.len();
    }
    html! {
        @for (before, point) in pieces {
            (before) span.sr-await data-point=(point) data-sign=(circled(point)) { ".await" }
        }
        (line[from..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn await_points_are_numbered_in_their_order() {
        let html = numbered("a.await?; // not this.await\nb.await_all();\nc.await.d.await\n").0;
        let numbers: Vec<&str> =
            html.match_indices("data-point=\"").map(|(i, m)| &html[i + m.len()..][..1]).collect();
        assert_eq!(numbers, ["1", "2", "3"]);
        assert!(html.contains("// not this.await\nb.await_all();"));
        assert!(html.contains("data-sign=\"③\""));
    }

    #[test]
    fn what_names_the_cause_is_not_shown_above_the_prediction() {
        assert_eq!(
            without_doc("//! The cause.\n//! More.\nuse crate::*;\n//! kept\n"),
            "use crate::*;\n//! kept\n"
        );
    }

    #[test]
    fn code_is_escaped() {
        assert_eq!(numbered("Vec<u8> & b\n").0, "Vec&lt;u8&gt; &amp; b");
    }
}
