//! What is allowed, and what is known.

use std::{fs, path::PathBuf};
use still_running_audit::{Options, Report, audit, baseline};
use tempfile::TempDir;

const TWICE: &str = "async fn f() {\n    std::thread::sleep(A);\n    std::thread::sleep(B);\n}\n";

fn folder(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("there is room");
    let file = folder.path().join("a.rs");
    fs::write(&file, text).expect("there is room");
    (folder, file)
}

fn look(folder: &TempDir) -> Report {
    audit(folder.path(), Options { types: false }, &|_| {}).expect("there is a source")
}

#[test]
fn an_allow_with_a_reason_settles_its_place_and_without_one_nothing() {
    let allowed = TWICE.replace(
        "    std::thread::sleep(A)",
        "    // still-running: allow(blocks-the-runtime): a test of it\n    std::thread::sleep(A)",
    );
    let report = look(&folder(&allowed).0);
    assert_eq!((report.findings.len(), report.allowed, report.unseen.len()), (1, 1, 0));
    let report = look(&folder(&allowed.replace(": a test of it", "")).0);
    assert_eq!((report.findings.len(), report.allowed), (2, 0));
    assert!(report.unseen[0].why.contains("without a reason"), "{:?}", report.unseen);
    let report = look(&folder(&allowed.replace("blocks-the-runtime", "blocks")).0);
    assert!(report.unseen[0].why.contains("no rule `blocks`"), "{:?}", report.unseen);
}

#[test]
fn a_line_that_moves_stays_known_and_one_that_changes_does_not() {
    let (folder, file) = folder(TWICE);
    let known = folder.path().join("known.json");
    baseline::write(&look(&folder), &known).expect("it can be written");
    let left = |text: &str| {
        fs::write(&file, text).expect("there is room");
        let mut report = look(&folder);
        baseline::apply(&mut report, &known).expect("it can be read");
        (report.findings.len(), report.known)
    };
    assert_eq!(left(TWICE), (0, 2));
    assert_eq!(left(&format!("// one\n\n{}", TWICE.replace("    ", "\t"))), (0, 2));
    assert_eq!(left(&TWICE.replace("(A)", "(C)")), (1, 1));
    assert_eq!(left(&TWICE.replace("(B)", "(A)")), (1, 1), "the same line twice is two findings");
    assert_eq!(left(&TWICE.replace("fn f", "fn g")), (2, 0));
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    let (folder, _) = folder(TWICE);
    let known = folder.path().join("known.json");
    let mut report = look(&folder);
    assert!(baseline::apply(&mut report, &known).is_err());
    for text in ["", "{}", "{\"version\":9,\"findings\":[]}"] {
        fs::write(&known, text).expect("there is room");
        assert!(baseline::apply(&mut report, &known).is_err(), "{text}");
    }
    assert_eq!(report.findings.len(), 2);
}
