//! `{{#code slug/file.rs[:anchor]}}`: a piece of a lab's file. The await points of a variant are numbered: those are
//! the numbers in its timeline. `lab.rs` is the world around it, and has none.

use crate::{
    directive::Directive,
    page::{Expanded, Page},
    source,
};
use still_running_view::text::{circled, escape};

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
    Ok(format!(
        "<figure class=\"sr-code\"><figcaption><code>labs/{}</code></figcaption><pre><code class=\"language-{}\">{}</code></pre></figure>",
        escape(path),
        if file.ends_with(".yml") { "yaml" } else { "rust" },
        if file == "lab.rs" { escape(code.trim_end()) } else { numbered(code) }
    ))
}

/// The first lines of a variant name its cause or its cure, and a reader is asked to predict first.
fn without_doc(code: &str) -> &str {
    let doc: usize =
        code.split_inclusive('\n').take_while(|line| line.starts_with("//!")).map(str::len).sum();
    &code[doc..]
}

/// The code as HTML, each `.await` with its number. The number is drawn by the style sheet, so that copied code is
/// code.
fn numbered(code: &str) -> String {
    let mut points = 0;
    let lines: Vec<String> =
        code.trim_end().lines().map(|line| number_line(line, &mut points)).collect();
    lines.join("\n")
}

fn number_line(line: &str, points: &mut u32) -> String {
    let comment = line.find("//").unwrap_or(line.len());
    let (mut out, mut from) = (String::new(), 0);
    for (at, await_) in line[..comment].match_indices(".await") {
        let after = line[at + await_.len()..].chars().next();
        if after.is_some_and(|c| c.is_alphanumeric() || c == '_') {
            continue;
        }
        *points += 1;
        out += &format!(
            "{}<span class=\"sr-await\" data-point=\"{points}\" data-sign=\"{}\">.await</span>",
            escape(&line[from..at]),
            circled(*points)
        );
        from = at + await_.len();
    }
    out + &escape(&line[from..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn await_points_are_numbered_in_their_order() {
        let html = numbered("a.await?; // not this.await\nb.await_all();\nc.await.d.await\n");
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
        assert_eq!(numbered("Vec<u8> & b\n"), "Vec&lt;u8&gt; &amp; b");
    }
}
