//! A lab that wants PostgreSQL, where there is none.

use labkit::wire::{NO_POSTGRES_ENV, POSTGRES_ENV, Verdict};
use labkit_postgres::{BIN_ENV, HOW_TO_INSTALL};
use std::process::{Command, Output};

/// The lab, on a machine whose PostgreSQL is hidden: its programs are looked for in an empty folder only.
fn run(database: &str, told: &[(&str, &str)]) -> (Option<i32>, String) {
    let empty = tempfile::tempdir().unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_orphan-query"));
    lab.args(["buggy", "--database", database, "--query", "300", "--callers", "1"]);
    lab.env(BIN_ENV, empty.path()).env_remove(POSTGRES_ENV).env_remove("DATABASE_URL");
    lab.env_remove(NO_POSTGRES_ENV).envs(told.iter().copied());
    let Output { status, stdout, .. } = lab.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

#[test]
fn asked_for_postgres_it_is_unavailable_and_says_what_to_install() {
    let (code, said) = run("postgres", &[]);
    assert_eq!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("unavailable"), "{said}");
    let why = format!("no PostgreSQL was found on this machine; {HOW_TO_INSTALL}");
    assert!(said.contains(&why) && why.contains("apt-get install postgresql"), "{said}");
}

#[test]
fn left_to_choose_it_takes_sqlite() {
    let (code, said) = run("auto", &[]);
    assert_ne!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("SQLite"), "{said}");
}

#[test]
fn what_whoever_runs_it_knows_of_is_told_and_nothing_is_looked_for() {
    let why = "the server at home does not answer\nstart it";
    let (code, said) = run("postgres", &[(NO_POSTGRES_ENV, why)]);
    assert_eq!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("the server at home does not answer; start it"), "{said}");
}

#[test]
fn the_readers_own_database_is_never_touched_by_a_lab_itself() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("postgres://me@{}/mine", listener.local_addr().unwrap());
    let (code, said) = run("postgres", &[("DATABASE_URL", &url)]);
    assert_eq!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(listener.accept().is_err(), "it connected");
}
