//! The pages that go through the article: nothing is left out, and each claim has all its parts.

use labkit_wire::Description;
use std::{collections::BTreeSet, fs, path::Path};

const PAGES: [&str; 5] = ["everyday", "http", "databases", "grpc", "production"];
/// How many sections each chapter of the article has.
const SECTIONS: [usize; 5] = [5, 5, 3, 4, 6];

fn source(path: &str) -> String {
    let book = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src");
    fs::read_to_string(book.join(path)).unwrap()
}

/// The pages of the article's chapters, one after the other.
fn all() -> String {
    PAGES.map(|page| source(&format!("article/{page}.md"))).concat()
}

/// The slugs in `[…](lab:slug)`.
fn labs(text: &str) -> BTreeSet<&str> {
    text.split("](lab:").skip(1).filter_map(|rest| rest.split([')', '#']).next()).collect()
}

#[test]
fn every_claim_of_the_article_has_its_verdict_and_what_holds_in_both_languages() {
    let text = all();
    let mut claims: Vec<(&str, &str)> =
        text.split("\n### C").skip(1).map(|c| c.split_once('\n').unwrap()).collect();
    claims.sort_unstable();
    let numbers: Vec<&str> = claims.iter().map(|(heading, _)| &heading[..2]).collect();
    let expected: Vec<String> = (1..=60).map(|n| format!("{n:02}")).collect();
    assert_eq!(numbers, expected, "each claim stands once");
    for (heading, body) in claims {
        let (number, rest) = heading.split_once(" · ").unwrap();
        let verdict = rest.strip_suffix(&format!(" {{#c{number}}}"));
        assert!(
            verdict.is_some_and(|v| !v.is_empty()),
            "C{heading}: a verdict, and the id c{number}"
        );
        for part in ["*The article", "*Go:*", "*Rust:*"] {
            assert!(body.contains(part), "C{number} has no {part}");
        }
        let seen = ["run", "compiled", "read", "inferred", "no matter of Go"];
        let go =
            body.split("*Go:*").nth(1).unwrap().split("*Rust:*").next().unwrap().to_lowercase();
        assert!(seen.iter().any(|how| go.contains(how)), "C{number}: how was it seen in Go?");
    }
}

#[test]
fn every_section_of_the_article_has_its_place_and_its_labs() {
    let (index, summary) = (source("article.md"), source("SUMMARY.md"));
    for ((page, sections), chapter) in PAGES.iter().zip(SECTIONS).zip(1..) {
        assert!(summary.contains(&format!("(article/{page}.md)")));
        let text = source(&format!("article/{page}.md"));
        let mut rest = text.as_str();
        for section in 1..=sections {
            let heading = format!("\n## {chapter}.{section} · ");
            rest = rest.split_once(&heading).unwrap_or_else(|| panic!("{page} has no{heading}")).1;
            assert!(rest.lines().next().unwrap().ends_with(&format!("{{#s{chapter}-{section}}}")));
            let own = rest.split("\n## ").next().unwrap();
            assert!(!labs(own).is_empty(), "{chapter}.{section} names no lab");
            let link = format!("| [{chapter}.{section}](article/{page}.md#s{chapter}-{section}) |");
            let row = index.lines().find(|l| l.starts_with(&link));
            let row = row.unwrap_or_else(|| panic!("the index has no {chapter}.{section}"));
            let strangers: Vec<_> = labs(row).difference(&labs(own)).copied().collect();
            assert!(strangers.is_empty(), "{chapter}.{section} does not speak of {strangers:?}");
        }
    }
}

#[test]
fn every_lab_that_says_it_is_about_a_section_stands_in_its_row() {
    let index = source("article.md");
    let recorded = Path::new(env!("CARGO_MANIFEST_DIR")).join("../recordings");
    let mut seen = 0;
    for folder in fs::read_dir(recorded).unwrap() {
        let about = fs::read(folder.unwrap().path().join("describe.json")).unwrap();
        let lab: Description = serde_json::from_slice(&about).unwrap();
        for section in &lab.article {
            let row = index.lines().find(|line| line.starts_with(&format!("| [{section}](")));
            let row = row.unwrap_or_else(|| panic!("{}: there is no {section}", lab.slug));
            assert!(labs(row).contains(lab.slug.as_str()), "{section} does not name {}", lab.slug);
            seen += 1;
        }
    }
    assert!(seen > 23, "{seen}");
}

#[test]
fn the_index_names_the_claims_of_each_section() {
    let (index, text) = (source("article.md"), all());
    for section in text.split("\n## ").skip(1) {
        let name = section.split(' ').next().unwrap();
        let ids: Vec<&str> =
            section.split("\n### ").skip(1).map(|c| c.split(' ').next().unwrap()).collect();
        let expected = match &ids[..] {
            [] => "–".to_owned(),
            [one] => (*one).to_owned(),
            [one, two] => format!("{one}, {two}"),
            [first, .., last] => format!("{first}–{last}"),
        };
        let row = index.lines().find(|l| l.starts_with(&format!("| [{name}]"))).unwrap();
        assert_eq!(row.split(" | ").nth(2), Some(&*expected), "{row}");
    }
}

#[test]
fn every_go_program_is_shown_and_named_by_each_claim_it_tests() {
    let (text, programs) = (all(), source("article/programs.md"));
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../labs/go");
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        let name = entry.file_name().unwrap().to_string_lossy().into_owned();
        for file in ["output.txt", "main.go"] {
            let include = format!("{{{{#include ../../../labs/go/{name}/{file}}}}}");
            assert!(programs.contains(&include), "the page of programs has no {include}");
        }
        let output = fs::read_to_string(entry.join("output.txt")).unwrap();
        for line in output.lines().skip(2).filter(|l| l.starts_with('C')) {
            let claim = text.split("\n### ").find(|c| c.starts_with(&line[..3])).unwrap();
            let link = format!("[`{name}`](programs.md#{name})");
            assert!(claim.contains(&link), "{} does not name {name}", &line[..3]);
        }
    }
}
