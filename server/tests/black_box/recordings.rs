//! Recordings of a lab that is a shell script, so that each test can change what it does.

use crate::support::{Checkout, Tag};
use labkit_wire::{Event, Kind, Verdict, encode};
use std::fs;

const DESCRIPTION: &str = r#"{"version":1,"slug":"lost-line","title":"A line is lost","crates":["tokio"],"article":[],
  "clock":"paused","variants":["buggy","fixed"],"wrong":["wrong-join"],"needs":[],"knobs":[
  {"name":"tick","help":"How often.","type":"number","unit":"ms","min":5,"max":500,"default":35,"grid":[5]},
  {"name":"case","help":"Which.","type":"choice","choices":[{"value":"a","help":"The first."}],"default":"a"}]}"#;

/// The lines of a script that tell a verdict, and exit with it.
fn tell(verdict: Verdict) -> String {
    let said = Kind::Mark { text: "begins".into() };
    script(vec![said, Kind::Verdict { verdict, why: "so".into() }], verdict)
}

/// As [`tell`], with a check before the last thing that is said.
fn tell_late(verdict: Verdict) -> String {
    let got = || "1".to_owned();
    let check = Kind::Check { what: "a sum".into(), want: got(), got: got(), ok: true };
    let said = Kind::Mark { text: "clears up".into() };
    script(vec![check, said, Kind::Verdict { verdict, why: "so".into() }], verdict)
}

fn script(kinds: Vec<Kind>, verdict: Verdict) -> String {
    let frame = |(seq, kind)| {
        encode(&Event { seq: seq as u64, at: 5_000, lane: "run".into(), kind }).unwrap()
    };
    let frames: Vec<u8> = kinds.into_iter().enumerate().flat_map(frame).collect();
    let frames = String::from_utf8(frames).unwrap();
    format!("printf '%s' '{frames}'; echo text; exit {}", verdict.code())
}

/// Puts a lab there whose variants tell these verdicts.
fn lab(checkout: &Checkout, buggy: Verdict, fixed: Verdict) {
    let script = format!("case $1 in buggy) {} ;; *) {} ;; esac", tell(buggy), tell(fixed));
    checkout.lab(DESCRIPTION, &script);
}

/// A checkout with that lab, recorded.
fn recorded() -> Checkout {
    let checkout = Checkout::new();
    lab(&checkout, Verdict::Violated, Verdict::Held);
    let (code, _, said) = checkout.say(&["record"]);
    assert_eq!(code, Some(0), "{said}");
    checkout
}

fn check(checkout: &Checkout) -> Result<(), String> {
    let (code, _, said) = checkout.say(&["record", "--check"]);
    if code == Some(0) { Ok(()) } else { Err(said) }
}

fn kept(checkout: &Checkout, file: &str) -> String {
    checkout.read(&format!("book/recordings/lost-line/{file}"))
}

#[test]
fn every_variant_is_recorded_at_its_defaults_and_over_the_grid_and_wrong_fixes_are_not() {
    let checkout = recorded();
    let mut files: Vec<String> = fs::read_dir(checkout.path("book/recordings/lost-line"))
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
    assert!(kept(&checkout, "buggy.cast").ends_with("[0.0, \"x\", \"10\"]\n"));
    assert!(kept(&checkout, "buggy-tick-5.cast").contains("run lost-line buggy --tick 5\""));
    assert_eq!(
        kept(&checkout, "grid.json").matches("\"violated\"").count(),
        3,
        "tick at 5 and 35, case at a"
    );
}

#[test]
fn what_a_lab_tells_after_its_last_check_is_not_recorded() {
    let checkout = recorded();
    checkout.lab(DESCRIPTION, &tell_late(Verdict::Violated));
    let (code, _, said) = checkout.say(&["record"]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("run: a mark is told after the last check"), "{said}");
}

#[test]
fn a_fresh_recording_is_as_recorded() {
    assert_eq!(check(&recorded()), Ok(()));
}

#[test]
fn changed_sources_make_it_stale_and_the_readers_own_do_not() {
    let checkout = recorded();
    checkout.write("labs/lost-line/mine.rs", "my own");
    checkout.write("labs/lost-line/wrong/join.rs", "tempting");
    assert_eq!(check(&checkout), Ok(()));
    checkout.write("labs/lost-line/fixed.rs", "changed");
    let said = check(&checkout).unwrap_err();
    assert!(
        said.contains("buggy.cast: is stale")
            && said.contains("repair: cargo xtask record lost-line"),
        "{said}"
    );
}

#[test]
fn a_run_that_does_something_else_is_told() {
    let checkout = recorded();
    lab(&checkout, Verdict::Held, Verdict::Held);
    let said = check(&checkout).unwrap_err();
    assert!(said.contains("the verdict was violated, and is held"), "{said}");
    assert!(!said.contains("fixed.cast"), "{said}");
}

#[test]
fn recordings_of_a_lab_that_is_gone_are_told() {
    let checkout = recorded();
    checkout.write("book/recordings/gone/describe.json", "{}");
    assert!(check(&checkout).unwrap_err().contains("book/recordings/gone: is of no lab"));
}

#[test]
fn a_run_without_a_verdict_is_not_kept() {
    let checkout = recorded();
    let before = kept(&checkout, "buggy.cast");
    checkout.lab(DESCRIPTION, "echo panicked; exit 101");
    let (code, _, said) = checkout.say(&["record"]);
    assert!(code == Some(1) && said.contains("exited with Some(101)"), "{said}");
    assert_eq!(kept(&checkout, "buggy.cast"), before, "what was there stays");
}

#[test]
fn a_run_that_takes_too_long_is_ended_with_all_it_started() {
    let (checkout, tag) = (recorded(), Tag::new());
    let before = kept(&checkout, "buggy.cast");
    let family = format!("setsid sleep {0} & (sleep {0} &) ; exec sleep {0}", tag.text());
    checkout.lab(DESCRIPTION, &family);
    let (code, _, said) = checkout.say(&["record", "--run-time", "1"]);
    assert!(code == Some(1) && said.contains("it ran longer than 1 s and was ended"), "{said}");
    assert_eq!(tag.alive(), 0, "something of it is left");
    assert_eq!(kept(&checkout, "buggy.cast"), before, "what was there stays");
}

#[test]
fn a_lab_that_is_not_built_says_how_to_build_it() {
    let checkout = recorded();
    fs::remove_file(checkout.path("target/debug/lost-line")).unwrap();
    assert!(check(&checkout).unwrap_err().contains("cargo build --bin lost-line"));
}
