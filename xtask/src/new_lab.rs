//! `cargo xtask new-lab <slug> [async|http|cases]`: a lab that runs, and a chapter that builds, to be filled in.

use crate::sh::root;
use anyhow::{Context, Result, bail};
use std::{fs, path::Path};

const HOW: &str = "\
cargo xtask new-lab <slug> [kind]. A slug names the symptom, such as lost-line. The kinds:
  async   channels, pipes, locks, on a paused clock; begins as a copy of lost-line (the default)
  http    a server and a client over a socket; begins as a copy of unseen-disconnect
  cases   several bugs in one lab, chosen by a knob; begins as a copy of immortal-task";
const FILES: [&str; 5] = ["Cargo.toml", "lab.rs", "buggy.rs", "fixed.rs", "mine.rs"];
const CHAPTER: &str = include_str!("new_lab/chapter.md");

pub fn new_lab(args: &[String]) -> Result<()> {
    let (slug, kind) = match args {
        [slug] => (slug, "async"),
        [slug, kind] => (slug, kind.as_str()),
        _ => bail!("say its name: {HOW}"),
    };
    let pattern = pattern(kind)?;
    if slug.is_empty() || !slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        bail!("a slug is lower-case letters and hyphens; {slug:?} is not");
    }
    let (labs, book) = (root().join("labs"), root().join("book/src"));
    if labs.join(slug).exists() {
        bail!("labs/{slug} is there already");
    }
    copy(&labs.join(pattern), &labs.join(slug), pattern, slug)?;
    let buggy = fs::read_to_string(labs.join(slug).join("buggy.rs"))?;
    fs::create_dir_all(book.join("drafts"))?;
    fs::write(book.join("drafts").join(format!("{slug}.md")), chapter(slug, &cases(&buggy)))?;
    list(&book.join("SUMMARY.md"), slug)?;
    println!(
        "labs/{slug}/ is a copy of {pattern} that runs: cargo build --bin {slug} && target/debug/{slug} buggy\n\
         book/src/drafts/{slug}.md is its chapter, with every block, and SUMMARY.md has its line. CONTRIBUTING.md says what goes where.\n\
         When it shows what it should: target/debug/still-running check {slug} --times 200 --until-odd && cargo xtask record {slug}"
    );
    Ok(())
}

fn pattern(kind: &str) -> Result<&'static str> {
    Ok(match kind {
        "async" => "lost-line",
        "http" => "unseen-disconnect",
        "cases" => "immortal-task",
        _ => bail!("there is no kind {kind:?} of lab: {HOW}"),
    })
}

fn copy(from: &Path, to: &Path, pattern: &str, slug: &str) -> Result<()> {
    fs::create_dir(to)?;
    for file in FILES {
        let text = fs::read_to_string(from.join(file))?;
        fs::write(to.join(file), text.replace(pattern, slug))?;
    }
    Ok(())
}

/// The cases of a lab: what `buggy.rs` has anchors for.
fn cases(buggy: &str) -> Vec<&str> {
    buggy.lines().filter_map(|line| line.trim().strip_prefix("// ANCHOR: ")).collect()
}

/// Every block a chapter has, with the directives that show this lab; one diff for each case.
fn chapter(slug: &str, cases: &[&str]) -> String {
    let all = [String::new()];
    let of = |open: &str, separator: &str| -> String {
        let cases: Vec<String> = cases.iter().map(|case| format!("{separator}{case}")).collect();
        let cases = if cases.is_empty() { &all[..] } else { &cases };
        cases.iter().map(|case| format!("{{{{#{open}{case}}}}}")).collect::<Vec<_>>().join("\n\n")
    };
    CHAPTER
        .replace("{title}", slug)
        .replace("{code}", &of(&format!("code {slug}/buggy.rs"), ":"))
        .replace("{diffs}", &of(&format!("diff {slug}"), " "))
        .replace("{slug}", slug)
}

/// Its line in SUMMARY, at the end of the numbered part.
fn list(summary: &Path, slug: &str) -> Result<()> {
    let text = fs::read_to_string(summary)?;
    let (labs, rest) =
        text.split_once("\n---\n").context("book/src/SUMMARY.md has no line --- after its labs")?;
    Ok(fs::write(summary, format!("{labs}\n- [{slug}](drafts/{slug}.md)\n\n---\n{rest}"))?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_chapter_shows_each_case_of_its_lab() {
        let buggy = "// ANCHOR: one\na();\n// ANCHOR_END: one\n    // ANCHOR: two\nb();\n";
        let cases = cases(buggy);
        assert_eq!(cases, ["one", "two"]);
        let chapter = chapter("slow-snail", &cases);
        for directive in [
            "{{#lab slow-snail}}",
            "{{#code slow-snail/buggy.rs:one}}",
            "{{#code slow-snail/buggy.rs:two}}",
            "{{#diff slow-snail two}}",
        ] {
            assert!(chapter.contains(directive), "{directive} is not in {chapter}");
        }
    }

    #[test]
    fn a_lab_without_cases_is_shown_whole() {
        let chapter = chapter("slow-snail", &[]);
        assert!(chapter.contains("{{#code slow-snail/buggy.rs}}\n"), "{chapter}");
        assert!(chapter.contains("{{#diff slow-snail}}\n"), "{chapter}");
        assert!(!chapter.contains("{slug}"), "{chapter}");
    }

    #[test]
    fn each_kind_has_a_pattern_that_is_a_lab() {
        for kind in ["async", "http", "cases"] {
            let dir = root().join("labs").join(pattern(kind).unwrap());
            assert!(FILES.iter().all(|file| dir.join(file).is_file()), "{}", dir.display());
        }
        assert!(pattern("grpc").unwrap_err().to_string().contains("http"));
    }
}
