//! Recordings of a lab that is a shell script, so that each test can change what it does.

use crate::repo::{DESCRIBE, Repo};
use labkit_wire::{Event, Kind, Verdict, encode};
use mdbook_still_running::record;
use std::fs;

const LAB: &str = "target/debug/lost-line";

/// Puts a lab there whose variants tell these verdicts, and exit with them.
fn lab(repo: &Repo, buggy: Verdict, fixed: Verdict) {
    let tell = |verdict: Verdict| {
        let kinds =
            [Kind::Mark { text: "begins".into() }, Kind::Verdict { verdict, why: "so".into() }];
        let frames: Vec<u8> = kinds
            .into_iter()
            .enumerate()
            .flat_map(|(i, kind)| {
                encode(&Event { seq: i as u64, at: 5_000, lane: "run".into(), kind }).unwrap()
            })
            .collect();
        String::from_utf8(frames).unwrap()
    };
    repo.program(
        LAB,
        &format!(
            "case \"$1\" in\n--describe) cat <<'JSON'\n{DESCRIBE}\nJSON\n;;\n\
         buggy) printf '%s' '{}'; echo text; exit {} ;;\nfixed) printf '%s' '{}'; echo text; exit {} ;;\nesac\n",
            tell(buggy),
            buggy.code(),
            tell(fixed),
            fixed.code()
        ),
    );
}

/// A repository with that lab, recorded.
fn recorded() -> Repo {
    let repo = Repo::new();
    repo.write("Cargo.lock", "[[package]]\nname = \"lost-line\"\nversion = \"0.1.0\"\n");
    lab(&repo, Verdict::Violated, Verdict::Held);
    record::record(&repo.catalog(), &[]).unwrap();
    repo
}

fn check(repo: &Repo) -> Result<(), String> {
    record::check(&repo.catalog(), &[]).map_err(|e| format!("{e:#}"))
}

fn kept(repo: &Repo, file: &str) -> String {
    fs::read_to_string(repo.0.path().join("book/recordings/lost-line").join(file)).unwrap()
}

#[test]
fn every_variant_is_recorded_at_its_defaults_and_over_the_grid() {
    let repo = recorded();
    let mut files: Vec<String> = fs::read_dir(repo.0.path().join("book/recordings/lost-line"))
        .unwrap()
        .map(|e| e.unwrap().file_name().into_string().unwrap())
        .collect();
    files.sort();
    let runs = [
        "buggy-tick-5.cast",
        "buggy.cast",
        "describe.json",
        "fixed-tick-5.cast",
        "fixed.cast",
        "grid.json",
    ];
    assert_eq!(files, runs);
    assert!(kept(&repo, "buggy.cast").ends_with("[0.0, \"x\", \"10\"]\n"));
    assert_eq!(
        kept(&repo, "grid.json").matches("\"violated\"").count(),
        3,
        "tick at 5 and 35, case at a"
    );
}

#[test]
fn a_fresh_recording_is_as_recorded() {
    assert_eq!(check(&recorded()), Ok(()));
}

#[test]
fn changed_sources_make_it_stale_and_the_readers_own_do_not() {
    let repo = recorded();
    repo.write("labs/lost-line/mine.rs", "my own");
    assert_eq!(check(&repo), Ok(()));
    repo.write("labs/lost-line/fixed.rs", "changed");
    let said = check(&repo).unwrap_err();
    assert!(
        said.contains("buggy.cast: is stale")
            && said.contains("repair: cargo xtask record lost-line"),
        "{said}"
    );
}

#[test]
fn a_run_that_does_something_else_is_told() {
    let repo = recorded();
    lab(&repo, Verdict::Held, Verdict::Held);
    let said = check(&repo).unwrap_err();
    assert!(said.contains("the verdict was violated, and is held"), "{said}");
    assert!(!said.contains("fixed.cast"), "{said}");
}

#[test]
fn recordings_of_a_lab_that_is_gone_are_told() {
    let repo = recorded();
    repo.write("book/recordings/gone/describe.json", "{}");
    assert!(check(&repo).unwrap_err().contains("book/recordings/gone: is of no lab"));
}

#[test]
fn a_run_without_a_verdict_is_not_kept() {
    let repo = recorded();
    let before = kept(&repo, "buggy.cast");
    repo.program(
        LAB,
        &format!(
            "case $1 in --describe) cat <<'JSON'\n{DESCRIBE}\nJSON\n;; *) echo panicked; exit 101;; esac\n"
        ),
    );
    let said = format!("{:#}", record::record(&repo.catalog(), &[]).unwrap_err());
    assert!(said.contains("exited with Some(101)"), "{said}");
    assert_eq!(kept(&repo, "buggy.cast"), before, "what was there stays");
}

#[test]
fn a_lab_that_is_not_built_says_how_to_build_it() {
    let repo = recorded();
    fs::remove_file(repo.0.path().join("target/debug/lost-line")).unwrap();
    assert!(check(&repo).unwrap_err().contains("cargo build --bin lost-line"));
}
