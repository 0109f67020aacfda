//! Somebody else ends a session of a lab on PostgreSQL, in the middle of its run. Whatever is seen then, it is not the bug, and
//! not its absence.

use labkit::wire::{POSTGRES_ENV, Verdict};
use labkit_postgres::{Cluster, KEEPER_ARG, find};
use std::{
    io::{BufRead, BufReader, Read, Write},
    iter,
    process::{Child, Command, Stdio},
};

const LAB: &str = env!("CARGO_BIN_EXE_orphan-query");
const KILL: &str = "select count(pg_terminate_backend(pid)) from pg_stat_activity
    where application_name like 'orphan-query %';\n";

const TRIES: usize = 5;

/// Somebody who is connected already, so that what he does is done at once.
struct Somebody(Child);

impl Somebody {
    fn comes(url: &str) -> Option<Self> {
        let mut psql = Command::new("psql");
        psql.args(["-qAt", url]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut here = Self(psql.spawn().ok()?);
        assert_eq!(here.asks("select 7;\n"), "7");
        Some(here)
    }

    fn asks(&mut self, sql: &str) -> String {
        self.0.stdin.as_mut().unwrap().write_all(sql.as_bytes()).unwrap();
        let (mut answer, psql) = (vec![], self.0.stdout.as_mut().unwrap());
        while !answer.ends_with(b"\n") {
            let mut byte = [0];
            psql.read_exact(&mut byte).expect("psql is there");
            answer.extend_from_slice(&byte);
        }
        String::from_utf8(answer).unwrap().trim().to_owned()
    }
}

impl Drop for Somebody {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        drop(self.0.wait());
    }
}

/// How a run ended in which all sessions were ended as soon as it had said `moment`; and what it said.
fn run(variant: &str, moment: &str, url: &str, somebody: &mut Somebody) -> (Option<i32>, String) {
    let mut lab = Command::new(LAB);
    lab.args([variant, "--database", "postgres", "--callers", "1"]).env(POSTGRES_ENV, url);
    let mut lab = lab.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().expect("it is built");
    let (mut said, mut is_told) = (String::new(), false);
    for line in BufReader::new(lab.stdout.take().unwrap()).lines() {
        said += &(line.unwrap() + "\n");
        if !is_told && said.contains(moment) {
            is_told = true;
            somebody.asks(KILL);
        }
    }
    (lab.wait().unwrap().code(), said)
}

#[test]
fn a_run_whose_session_somebody_else_ends_proves_nothing() {
    if find().is_none() {
        return eprintln!("not tested: there is no PostgreSQL here");
    }
    let mut keeper = Command::new(LAB);
    keeper.arg(KEEPER_ARG);
    let cluster = Cluster::start(keeper).expect("PostgreSQL is here");
    let Some(mut somebody) = Somebody::comes(cluster.url()) else {
        return eprintln!("not tested: there is no psql here");
    };
    // While the caller waits, and when it has left: then the database has nothing to do, as if the bug were none.
    for moment in ["PostgreSQL ", "dropped unfinished"] {
        for (variant, right) in [("buggy", Verdict::Violated), ("fixed", Verdict::Held)] {
            let once = || run(variant, moment, cluster.url(), &mut somebody);
            // On a busy machine somebody may come when all is over. That run is as any other.
            let late = |ended: &(Option<i32>, String)| ended.0 == Some(right.code().into());
            let ended = iter::repeat_with(once).take(TRIES).find(|ended| !late(ended));
            let (code, said) = ended.expect("somebody comes in time, once");
            assert_eq!(code, Some(Verdict::Unexercised.code().into()), "{variant}: {said}");
            assert!(said.contains("somebody else ended a session on PostgreSQL"), "{said}");
        }
    }
}
