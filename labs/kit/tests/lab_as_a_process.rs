//! What the world sees of a lab: its exit code, its text, its events.

use labkit::wire::{Description, EVENTS_ENV, Event, Item, Kind, Parser, Verdict};
use std::process::{Command, Output, Stdio};

fn lab(args: &[&str]) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_labkit-sample"));
    lab.args(args).env_remove("RUST_LOG").env_remove("CLICOLOR_FORCE");
    lab
}

fn run(case: &str) -> Output {
    lab(&["buggy", "--case", case]).env(EVENTS_ENV, "1").output().unwrap()
}

fn split(stdout: &[u8]) -> (String, Vec<Event>) {
    let (mut parser, mut text, mut events) = (Parser::default(), vec![], vec![]);
    let mut items = parser.push(stdout);
    items.extend(parser.finish());
    for item in items {
        match item {
            Item::Text(bytes) => text.extend(bytes),
            Item::Event(event) => events.push(event),
        }
    }
    (String::from_utf8(text).unwrap(), events)
}

#[test]
fn each_outcome_has_its_exit_code_and_its_last_event() {
    let cases =
        [("held", Verdict::Held), ("idle", Verdict::Unexercised), ("blind", Verdict::Unexercised)];
    for (case, wanted) in
        cases.into_iter().chain([("missing", Verdict::Unavailable), ("leak", Verdict::Violated)])
    {
        let done = run(case);
        assert_eq!(done.status.code(), Some(wanted.code().into()), "{case}");
        let (text, events) = split(&done.stdout);
        let last = events.last().map(|e| &e.kind);
        assert!(
            matches!(last, Some(Kind::Verdict { verdict, .. }) if *verdict == wanted),
            "{case}: {last:?}"
        );
        assert!(text.contains(wanted.word()), "{case}: {text}");
    }
}

#[test]
fn what_is_missing_is_said_with_the_way_to_get_it() {
    let (text, _) = split(&run("missing").stdout);
    assert!(text.contains("no moon was found; wait for the night"), "{text}");
}

#[test]
fn a_future_that_gives_up_by_its_own_limit_is_told_as_dropped() {
    let (text, events) = split(&run("own-limit").stdout);
    assert!(text.contains("call dropped unfinished"), "{text}");
    let dropped = events.iter().filter(|e| matches!(e.kind, Kind::Dropped { .. })).count();
    let ended = events.iter().filter(|e| matches!(e.kind, Kind::End { .. })).count();
    assert_eq!((dropped, ended), (1, 0));
}

#[test]
fn a_fault_of_the_lab_is_no_verdict() {
    for (case, code, said) in [("fault", 1, "it broke"), ("panic", 101, "oh no in two lines")] {
        let done = run(case);
        assert_eq!(done.status.code(), Some(code), "{case}");
        let (text, events) = split(&done.stdout);
        assert!(text.contains(said), "{text}");
        assert!(
            !events.iter().any(|e| matches!(e.kind, Kind::Verdict { .. })),
            "{case} has a verdict"
        );
    }
}

#[test]
fn threads_that_talk_at_once_tear_no_line_and_no_event() {
    let done = lab(&["buggy", "--case", "flood"])
        .env(EVENTS_ENV, "1")
        .env("RUST_LOG", "info")
        .output()
        .unwrap();
    let (text, events) = split(&done.stdout);
    for (seq, event) in (0..).zip(&events) {
        assert_eq!(event.seq, seq);
    }
    for lane in 0..4 {
        let mut said = text
            .lines()
            .filter_map(|l| l.split_once(&format!("lane{lane}")))
            .map(|l| l.1.trim_start());
        for line in 0..2000 {
            let wanted = format!("line {line} {}", "x".repeat(line % 300));
            assert_eq!(said.next(), Some(wanted.as_str()));
        }
    }
    assert_eq!(text.lines().filter(|l| l.contains("traced")).count(), 8000);
}

#[test]
fn without_being_asked_a_lab_emits_no_escape_at_all() {
    let done = lab(&["buggy"]).env_remove(EVENTS_ENV).output().unwrap();
    assert!(!done.stdout.contains(&0x1b), "{}", String::from_utf8_lossy(&done.stdout));
    let colored = lab(&["buggy"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(colored.stdout.contains(&0x1b));
    let refused = lab(&["buggy"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!refused.stdout.contains(&0x1b));
}

#[test]
fn a_wrong_command_line_runs_nothing_and_says_what_is_allowed() {
    let cases: [(&[&str], &str); 6] = [
        (&[], "say which variant to run: buggy"),
        (&["mine"], "it has: buggy"),
        (&["buggy", "--some-time", "4"], "a whole number from 5 to 500 (ms)"),
        (&["buggy", "--some-time", "soon"], "a whole number from 5 to 500 (ms)"),
        (&["buggy", "--case", "other"], "one of: held, idle"),
        (&["buggy", "--colour", "red"], "its knobs are: case, lines, some-time"),
    ];
    for (args, said) in cases {
        let done = lab(args).output().unwrap();
        let stderr = String::from_utf8(done.stderr).unwrap();
        assert_eq!((done.status.code(), done.stdout.len()), (Some(2), 0), "{args:?}");
        assert!(stderr.contains(said), "{args:?}: {stderr}");
    }
}

#[test]
fn a_lab_describes_itself_and_its_grid() {
    let done = lab(&["--describe"]).output().unwrap();
    let lab: Description = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(lab.article, ["1.1"]);
    let grids: Vec<_> = lab.knobs.iter().map(|k| k.grid().len()).collect();
    assert_eq!(
        grids,
        [9, 3, 2],
        "all choices; both ends and the default; the grid given and the default"
    );
}

#[test]
fn a_lab_whose_reader_is_gone_ends() {
    let mut lab = lab(&["buggy", "--case", "flood", "--lines", "100000"]);
    let mut child = lab.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(141));
}
