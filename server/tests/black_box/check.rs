//! `still-running check`: what it finds, and what it says of it.

use crate::support::say;

#[test]
fn check_tells_a_lab_that_does_not_show_what_it_should() {
    let (code, out, _) = say(&["check", "fixture", "--times", "3"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("3 of 6") && out.contains("violated was expected, held was got"), "{out}");
    assert!(out.contains("still-running run fixture buggy"), "{out}");
    let (_, json, _) = say(&["check", "--json"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json[0]["wrong"][0]["got"], "held");
}

#[test]
fn check_turns_a_knob_in_every_run() {
    let turned = say(&["check", "fixture", "--knob", "code=10"]);
    assert!(turned.1.contains("violated was got"), "{}", turned.1);
    assert!(
        turned.1.contains("run fixture fixed") && turned.1.contains("--code 10"),
        "{}",
        turned.1
    );
    let (code, _, said) = say(&["check", "fixture", "--knob", "tick=1"]);
    assert!(code == Some(2) && said.contains("its knobs are: case, bytes, code, tag"), "{said}");
    let (code, _, said) = say(&["check", "fixture", "--knob", "tick"]);
    assert!(code == Some(2) && said.contains("such as case=mutex"), "{said}");
}

#[test]
fn check_stops_at_the_first_odd_run_and_keeps_all_it_printed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("odd");
    let keep = ["--keep", kept.to_str().unwrap()];
    let args =
        [&["check", "fixture", "--times", "500", "--jobs", "1", "--until-odd"], &keep[..]].concat();
    let (code, out, _) = say(&args);
    assert_eq!(code, Some(1));
    assert!(out.contains("0 of 1 "), "it went on: {out}");
    let (_, printed, _) = say(&["run", "fixture", "buggy"]);
    assert_eq!(std::fs::read_to_string(kept.join("fixture-buggy-1.txt")).unwrap(), printed);
}

#[test]
fn check_begins_at_once_however_often_it_is_to_run() {
    let (code, out, _) = say(&["check", "fixture", "--times", "4294967295", "--until-odd"]);
    assert_eq!(code, Some(1));
    assert!(out.contains("WRONG"), "{out}");
}
