//! The pair of `silent-primary` where it is real: the runbook works on it, and nothing of it is left, however a run ends.

#[path = "../postgres/tests/home/mod.rs"]
mod home;

use home::{alive, entries, home, soon};
use labkit::wire::Verdict;
use labkit_postgres::{BIN_ENV, HOW_TO_INSTALL};
use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};
use tempfile::TempDir;

const PROMOTED: &str = "promotes the replica";

#[test]
fn the_runbook_asks_for_a_fence_before_it_promotes_a_real_standby() {
    let Some(home) = home() else { return };
    let said = run(&home, "fixed", "runbook", Verdict::Held);
    let asks = said.find("asks somebody to fence").expect("it asks");
    let fenced = said.find("has fenced the old primary").expect("somebody did it");
    let promoted = said.find(PROMOTED).expect("it goes on then");
    assert!(asks < fenced && fenced < promoted, "{said}");
    assert!(said.contains("is refused by the old primary"), "{said}");
}

#[test]
fn without_the_fence_there_are_two_real_primaries() {
    let Some(home) = home() else { return };
    let said = run(&home, "buggy", "runbook", Verdict::Violated);
    assert!(said.contains(PROMOTED) && said.contains("has written to the old primary"), "{said}");
}

#[test]
fn a_replay_under_new_keys_leaves_twice_the_rows_and_under_old_ones_as_many_as_were_paid() {
    let Some(home) = home() else { return };
    let twice = run(&home, "buggy", "replay", Verdict::Violated);
    let (_, book) = twice.split_once("payments in the bank's book").expect("it was looked at");
    let words: Vec<&str> = book.split_whitespace().take(4).collect();
    assert_eq!(words, ["want", "5", "got", "10"], "{twice}");
    run(&home, "fixed", "replay", Verdict::Held);
}

#[test]
fn a_lab_that_is_stopped_or_killed_leaves_no_server_and_no_file() {
    let Some(home) = home() else { return };
    for (signal, moment) in [
        ("TERM", "starting two"),
        ("KILL", "starting two"),
        ("TERM", "streaming"),
        ("KILL", "streaming"),
    ] {
        let mut lab = lab(&home, "buggy", &["--calls", "10", "--limit", "1000"]);
        let mut lab = lab.stdout(Stdio::piped()).spawn().expect("the lab is built");
        wait_for(&mut lab, moment);
        let sent =
            Command::new("kill").args([&format!("-{signal}"), &lab.id().to_string()]).status();
        assert!(sent.is_ok_and(|sent| sent.success()), "it was at work");
        lab.wait().expect("it is our child");
        assert!(soon(|| alive("", home.path()) == 0), "{signal} when {moment}: a process is left");
        assert!(soon(|| entries(home.path()) == 0), "{signal} when {moment}: a file is left");
    }
}

#[test]
fn where_there_is_no_postgresql_the_first_line_says_stand_ins() {
    let empty = tempfile::tempdir().expect("there is a temporary folder");
    let run = lab(&empty, "fixed", &[]).env(BIN_ENV, empty.path()).output().expect("it is built");
    let said = String::from_utf8_lossy(&run.stdout);
    assert_eq!(run.status.code(), Some(Verdict::Held.code().into()), "{said}");
    let first = said.lines().find(|line| line.contains(" ms  ")).unwrap_or_default();
    assert!(first.contains("stand-ins") && first.contains("no PostgreSQL was found"), "{said}");
}

#[test]
fn asked_for_postgresql_where_there_is_none_it_says_what_to_install() {
    let empty = tempfile::tempdir().expect("there is a temporary folder");
    let mut lab = lab(&empty, "fixed", &["--pair", "postgres"]);
    let run = lab.env(BIN_ENV, empty.path()).output().expect("it is built");
    let said = String::from_utf8_lossy(&run.stdout);
    assert_eq!(run.status.code(), Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains(HOW_TO_INSTALL), "{said}");
}

fn lab(home: &TempDir, variant: &str, knobs: &[&str]) -> Command {
    let mut lab = Command::new(env!("CARGO_BIN_EXE_silent-primary"));
    lab.arg(variant).args(knobs).env("TMPDIR", home.path()).stdin(Stdio::null());
    lab
}

/// What a whole run on real servers says, which ends with that verdict and leaves nothing.
fn run(home: &TempDir, variant: &str, case: &str, wanted: Verdict) -> String {
    let mut lab = lab(home, variant, &["--case", case, "--pair", "postgres"]);
    let run = lab.output().expect("the lab is built");
    let said = String::from_utf8_lossy(&run.stdout).into_owned();
    assert_eq!(run.status.code(), Some(wanted.code().into()), "{said}");
    assert!(said.contains("primary and standby: PostgreSQL"), "{said}");
    assert_eq!(entries(home.path()), 0, "a file is left");
    said
}

/// Until the lab has said that.
fn wait_for(lab: &mut Child, moment: &str) {
    let said = BufReader::new(lab.stdout.take().expect("it is piped")).lines();
    let found = said.map_while(Result::ok).find(|line| line.contains(moment));
    assert!(found.is_some(), "it never said {moment}");
}
