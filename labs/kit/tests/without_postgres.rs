//! A lab that wants PostgreSQL, where there is none.

use labkit::wire::{POSTGRES_ENV, Verdict};
use labkit_postgres::{BIN_ENV, HOW_TO_INSTALL};
use std::process::{Command, Output};

/// The lab, on a machine whose PostgreSQL is hidden: its programs are looked for in an empty folder only.
fn run(database: &str, url: Option<&str>) -> (Option<i32>, String) {
    let empty = tempfile::tempdir().unwrap();
    let mut lab = Command::new(env!("CARGO_BIN_EXE_orphan-query"));
    lab.args(["buggy", "--database", database, "--query", "300", "--callers", "1"]);
    lab.env(BIN_ENV, empty.path()).env_remove(POSTGRES_ENV).env_remove("DATABASE_URL");
    lab.envs(url.map(|url| ("DATABASE_URL", url)));
    let Output { status, stdout, .. } = lab.output().unwrap();
    (status.code(), String::from_utf8(stdout).unwrap())
}

#[test]
fn asked_for_postgres_it_is_unavailable_and_says_what_to_install() {
    let (code, said) = run("postgres", None);
    assert_eq!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("unavailable"), "{said}");
    let why = format!("no PostgreSQL was found on this machine; {HOW_TO_INSTALL}");
    assert!(said.contains(&why) && why.contains("apt-get install postgresql"), "{said}");
}

#[test]
fn left_to_choose_it_takes_sqlite() {
    let (code, said) = run("auto", None);
    assert_ne!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("SQLite"), "{said}");
}

#[test]
fn a_database_url_that_nobody_answers_is_named() {
    // Bound and not listening: whoever connects is refused.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let url = format!("postgres://nobody@{}/nothing", socket.local_addr().unwrap());
    let (code, said) = run("postgres", Some(&url));
    assert_eq!(code, Some(Verdict::Unavailable.code().into()), "{said}");
    assert!(said.contains("DATABASE_URL names a PostgreSQL that does not answer"), "{said}");
    assert!(said.contains("start it, or unset DATABASE_URL"), "{said}");
}
