//! `cargo xtask new-lab <slug>`: a lab that runs, and a chapter that builds, to be filled in.

use crate::sh::root;
use anyhow::{Context, Result, bail};
use std::fs;

const PATTERN: &str = "lost-line";

pub fn new_lab(args: &[String]) -> Result<()> {
    let [slug] = args else {
        bail!(
            "say its name: cargo xtask new-lab <slug>. A slug names the symptom, such as lost-line"
        )
    };
    if slug.is_empty() || !slug.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') {
        bail!("a slug is lower-case letters and hyphens; {slug:?} is not");
    }
    let dir = root().join("labs").join(slug);
    if dir.exists() {
        bail!("labs/{slug} is there already");
    }
    fs::create_dir(&dir)?;
    for file in ["Cargo.toml", "lab.rs", "buggy.rs", "fixed.rs", "mine.rs"] {
        let pattern = fs::read_to_string(root().join("labs").join(PATTERN).join(file))?;
        fs::write(dir.join(file), pattern.replace(PATTERN, slug))?;
    }
    chapter(slug)?;
    println!(
        "labs/{slug}/ is a copy of {PATTERN} that runs: cargo build --bin {slug} && target/debug/{slug} buggy\n\
         book/src/drafts/{slug}.md is its chapter, and SUMMARY.md has its line. CONTRIBUTING.md says what goes where."
    );
    Ok(())
}

/// A copy of the pattern's chapter, and its line at the end of the numbered part of SUMMARY.
fn chapter(slug: &str) -> Result<()> {
    let book = root().join("book/src");
    let pattern = fs::read_to_string(book.join("tasks").join(format!("{PATTERN}.md")))?;
    fs::create_dir_all(book.join("drafts"))?;
    fs::write(book.join("drafts").join(format!("{slug}.md")), pattern.replace(PATTERN, slug))?;
    let summary = book.join("SUMMARY.md");
    let text = fs::read_to_string(&summary)?;
    let (labs, rest) =
        text.split_once("\n---\n").context("book/src/SUMMARY.md has no line --- after its labs")?;
    Ok(fs::write(&summary, format!("{labs}\n- [{slug}](drafts/{slug}.md)\n\n---\n{rest}"))?)
}
