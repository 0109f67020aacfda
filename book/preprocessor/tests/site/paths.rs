//! The paths through the book: their minutes are counted, and whoever follows one finds what it promises.

use std::{fs, path::Path};

/// What a chapter takes with its runs, min; it stands in the introduction.
const LAB: usize = 20;
/// As fast as a chapter's own strip reckons, words a minute.
const PACE: usize = 120;

fn source(path: &str) -> String {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    fs::read_to_string(book.join(path)).unwrap()
}

/// The chapter of a lab, if it has one.
fn chapter(slug: &str) -> Option<String> {
    let summary = source("SUMMARY.md");
    let end = summary.find(&format!("/{slug}.md)"))?;
    let path = summary[..end].rsplit('(').next()?;
    Some(source(&format!("{path}/{slug}.md")))
}

/// The rows of the table whose last column is *min*, each with that column as a number, and the sum it ends with.
fn timetable(text: &str) -> (Vec<(String, usize)>, usize) {
    let head = text.lines().position(|l| l.starts_with('|') && l.ends_with("| min |")).unwrap();
    let rows = text.lines().skip(head + 2).take_while(|l| l.starts_with('|'));
    let mut all: Vec<_> = rows
        .map(|row| {
            let (rest, minutes) = row.trim_end_matches(" |").rsplit_once("| ").unwrap();
            (rest.to_owned(), minutes.trim_matches('*').parse().unwrap())
        })
        .collect();
    let (said, sum) = all.pop().unwrap();
    assert!(said.contains("**in all**"), "{said}");
    (all, sum)
}

/// The lab a row of a path is about: `[what was seen](../tasks/lost-line.md)`, or `[`lost-line`](…)`.
fn lab(row: &str) -> Option<&str> {
    if let Some((_, slug)) = row.split_once("[`") {
        return slug.split('`').next();
    }
    let page = row.split_once("](../")?.1.split(')').next()?;
    page.split_once('/')?.1.strip_suffix(".md")
}

#[test]
fn the_minutes_of_each_path_add_up() {
    for (path, minutes) in [("newcomer", 140), ("go-engineer", 150), ("workshop", 480)] {
        let (rows, sum) = timetable(&source(&format!("paths/{path}.md")));
        assert_eq!(rows.iter().map(|(_, n)| n).sum::<usize>(), sum, "{path}");
        assert_eq!(sum, minutes, "{path}");
    }
}

#[test]
fn a_lab_on_a_path_takes_what_the_introduction_says_and_its_text_fits() {
    assert!(source("introduction.md").contains(&format!("with the runs {LAB}")));
    for path in ["newcomer", "go-engineer"] {
        let (rows, _) = timetable(&source(&format!("paths/{path}.md")));
        let labs: Vec<_> = rows.iter().filter_map(|(row, n)| Some((lab(row)?, *n))).collect();
        assert_eq!(labs.len(), 6, "{path}");
        for (slug, minutes) in labs {
            assert_eq!(minutes, LAB, "{path}: {slug}");
            let text = chapter(slug).unwrap_or_else(|| panic!("{path}: {slug} has no chapter"));
            let words = read_at_once(&text).split_whitespace().count();
            assert!(words.div_ceil(PACE) <= LAB - 5, "{slug}: {words} words leave no time to run");
        }
    }
}

/// A chapter without what is folded.
fn read_at_once(text: &str) -> String {
    let after = |part: &str| part.split_once("</details>").map_or(String::new(), |p| p.1.into());
    let mut parts = text.split("<details>");
    let first = parts.next().unwrap_or_default().to_owned();
    first + &parts.map(after).collect::<String>()
}

#[test]
fn what_is_read_on_call_takes_eight_minutes_or_is_said_to_take_ten() {
    let text = source("paths/on-call.md");
    for slug in text.split("](lab:").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        let Some(chapter) = chapter(slug) else { continue };
        let words: usize = ["Why", "Fix", "At home"]
            .iter()
            .map(|block| {
                let heading = format!("\n## {block}\n");
                let block = chapter.split_once(&heading).map_or("", |c| c.1);
                let block = block.split("\n## ").next().unwrap_or_default();
                read_at_once(block).split_whitespace().count()
            })
            .sum();
        let longer = text.contains(&format!("[`{slug}`](lab:{slug}) takes twelve"));
        let minutes = if longer { 10 } else { 8 };
        assert!(words > 0 && words <= minutes * PACE, "{slug}: {words} words");
    }
}

#[test]
fn each_block_of_the_workshop_has_all_a_trainer_needs() {
    let text = source("paths/workshop.md");
    let (rows, _) = timetable(&text);
    let mut minute = 0;
    for (row, minutes) in rows {
        let from = format!("{}:{:02}", 9 + minute / 60, minute % 60);
        minute += minutes;
        let mut cells = row.trim_matches(['|', ' ']).split(" | ");
        assert_eq!(cells.next(), Some(&*from));
        let name = cells.next().unwrap().trim();
        if name.starts_with('*') {
            continue;
        }
        let heading = format!("\n### {from} · {minutes} min · {name}\n");
        let block = text.split_once(&heading).unwrap_or_else(|| panic!("no block {heading}")).1;
        let block = block.split("\n##").next().unwrap();
        for part in ["Goal", "Say", "Vote", "Usual wrong answers", "When a laptop can't build"] {
            assert!(block.contains(&format!("- **{part}:** ")), "{name} has no {part}");
        }
    }
}
