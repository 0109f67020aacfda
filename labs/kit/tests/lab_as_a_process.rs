//! What the world sees of a lab: its exit code, its text, its events.

use labkit::wire::{Description, EVENTS_ENV, Event, Item, Kind, KnobKind, Parser, Verdict};
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
    let cases = [
        ("held", Verdict::Held),
        ("idle", Verdict::Unexercised),
        ("blind", Verdict::Unexercised),
        ("missed", Verdict::Unexercised),
    ];
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
fn a_cancel_counts_where_it_was_planned_and_only_if_it_came() {
    let cases = [("0", Verdict::Unexercised), ("1", Verdict::Held), ("2", Verdict::Unexercised)];
    for (at, wanted) in cases {
        let done = lab(&["buggy", "--case", "cut", "--cancel-at", at]).output().unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        assert_eq!(done.status.code(), Some(wanted.code().into()), "at {at}: {text}");
    }
}

#[test]
fn a_popular_fix_that_is_none_runs_and_is_told_apart() {
    let described = lab(&["--describe"]).output().unwrap();
    let about: Description = serde_json::from_slice(&described.stdout).unwrap();
    assert_eq!(
        (about.variants, about.wrong),
        (vec!["buggy".to_owned()], vec!["wrong-again".to_owned()])
    );
    assert_eq!(lab(&["wrong-again"]).output().unwrap().status.code(), Some(0));
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
fn once_the_story_is_over_only_checks_are_told_and_no_cancel_counts() {
    let (text, events) = split(&run("over").stdout);
    assert!(!text.contains("cleared up") && !text.contains("what is left dropped"), "{text}");
    assert!(text.contains("1 check held, 1 cancel survived"), "{text}");
    let last = events.iter().rev().map(|e| e.lane.as_str()).take(2).collect::<Vec<_>>();
    assert_eq!(last, ["run", "check"]);
    assert!((0..).zip(&events).all(|(seq, event)| event.seq == seq), "no number is left out");
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
    let mut before = 0;
    for event in &events {
        if let Kind::Gauge { value, .. } = event.kind {
            assert_eq!(value.abs_diff(before), 1, "a count is told in the order of its changes");
            before = value;
        }
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
        (&["buggy", "--colour", "red"], "its knobs are: case, lines, some-time, size, cancel-at"),
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
        [13, 3, 2, 3, 4],
        "all choices; both ends and the default; the grid given and the default; every point of a cancel"
    );
    let units = lab.knobs.iter().filter_map(|k| match &k.kind {
        KnobKind::Number { unit, .. } => Some(unit.as_str()),
        KnobKind::Choice { .. } => None,
    });
    assert_eq!(units.collect::<Vec<_>>(), ["", "ms", "kB", ""]);
}

#[test]
fn a_lab_whose_reader_is_gone_ends() {
    let mut lab = lab(&["buggy", "--case", "flood", "--lines", "100000"]);
    let mut child = lab.stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(141));
}

#[test]
fn what_explains_a_run_is_told_in_its_order_and_about_what_it_is_about() {
    let (_, events) = split(&run("explains").stdout);
    let told: Vec<(String, &Kind)> = events.iter().map(|e| (e.lane.clone(), &e.kind)).collect();
    let place =
        |wanted: &dyn Fn(&Kind) -> bool| told.iter().position(|(_, kind)| wanted(kind)).unwrap();
    let begin = |name: &str| {
        let at = place(&|k| matches!(k, Kind::Begin { name: n, .. } if n == name));
        let Kind::Begin { span, .. } = told[at].1 else { unreachable!() };
        (at, *span)
    };
    let ((work_at, work), (call_at, call), (late_at, late)) =
        (begin("work"), begin("call"), begin("late work"));
    assert!(matches!(told[1].1, Kind::Lanes { names } if names == &["caller", "task", "wire"]));
    let limit = place(&|k| {
        matches!(k, Kind::Limit { span, name, after }
        if *span == call && name == "timeout" && *after == 1000)
    });
    let outcome =
        place(&|k| matches!(k, Kind::Outcome { span, text } if *span == call && text == "Err"));
    let held =
        place(&|k| matches!(k, Kind::Held { span, text } if *span == call && text == "had half"));
    let dropped = place(&|k| matches!(k, Kind::Dropped { span, .. } if *span == call));
    let orphaned = |id| place(&|k| matches!(k, Kind::Orphaned { span } if *span == id));
    let end = place(&|k| matches!(k, Kind::End { span } if *span == work));
    let order = [
        work_at,
        call_at,
        limit,
        outcome,
        held,
        dropped,
        orphaned(work),
        late_at,
        orphaned(late),
        end,
    ];
    assert!(order.is_sorted(), "{order:?} in {told:?}");
    let links: Vec<_> = events
        .iter()
        .filter_map(|e| match e.kind {
            Kind::Link { from, to } => Some((from as usize, to as usize)),
            _ => None,
        })
        .collect();
    let said = |words: &str| place(&|k| matches!(k, Kind::Mark { text } if text == words));
    let stop = said("stop");
    assert_eq!(
        links[0],
        (dropped, end),
        "what the task told last came of what the caller told last"
    );
    assert_eq!(
        links[1..],
        [(dropped, stop)],
        "a lane's last drop, and none where it dropped nothing"
    );
    assert_eq!(told[stop].0, "wire", "a lane beside another is of the same run");
    assert_eq!(told[orphaned(work)].0, "task", "it is told where the work is");
}
