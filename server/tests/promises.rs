//! `ARCHITECTURE.md` names a test for each promise; each of them must be there.

use std::{fs, path::Path};

const HEADING: &str = "## What we promise and how it is tested";

#[test]
fn every_promise_names_a_test_that_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let page = fs::read_to_string(root.join("ARCHITECTURE.md")).unwrap();
    let (_, section) = page.split_once(HEADING).expect("the page has the section");
    let section = section.split("\n## ").next().unwrap();
    let mut sources = String::new();
    for folder in ["server/src", "server/tests", "server/class", "server/client/src", "labs/kit"] {
        read_all(&root.join(folder), &mut sources);
    }
    let named: Vec<_> =
        section.split('`').skip(1).step_by(2).filter(|name| is_test(name)).collect();
    assert!(named.len() >= 20, "{named:?}");
    for name in named {
        assert!(sources.contains(&format!("fn {name}(")), "there is no test {name}");
    }
    for line in section.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| we")) {
        assert!(line.split('`').skip(1).step_by(2).any(is_test), "no test is named: {line}");
    }
}

/// Behaviour in a sentence.
fn is_test(name: &str) -> bool {
    let word = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
    name.bytes().all(word) && name.matches('_').count() >= 3
}

fn read_all(folder: &Path, into: &mut String) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read_all(&entry, into);
        } else if entry.extension().is_some_and(|kind| kind == "rs") {
            into.push_str(&fs::read_to_string(entry).unwrap());
        }
    }
}
