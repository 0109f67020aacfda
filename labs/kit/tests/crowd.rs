//! A whole class runs one lab on one PostgreSQL: what that costs in time is no verdict.

use labkit::wire::{POSTGRES_ENV, Verdict};
use labkit_postgres::{Cluster, KEEPER_ARG, find};
use std::{
    process::{Command, Stdio},
    thread,
};

const LAB: &str = env!("CARGO_BIN_EXE_orphan-query");
/// At once. Each has seven connections, and the server takes 500 of them.
const CROWD: usize = 60;

/// What a run printed, where it ended with another verdict.
fn odd(variant: &str, wanted: Verdict, url: &str) -> Option<String> {
    let mut lab = Command::new(LAB);
    lab.args([variant, "--database", "postgres"]).env(POSTGRES_ENV, url);
    let run = lab.stdin(Stdio::null()).output().expect("the lab is built");
    let said = || String::from_utf8_lossy(&run.stdout).into_owned();
    (run.status.code() != Some(wanted.code().into())).then(said)
}

#[test]
fn a_class_that_runs_it_at_once_sees_no_wrong_verdict() {
    if find().is_none() {
        return eprintln!("not tested: there is no PostgreSQL here");
    }
    let mut keeper = Command::new(LAB);
    keeper.arg(KEEPER_ARG);
    let cluster = Cluster::start(keeper).expect("PostgreSQL is here");
    for (variant, wanted) in [("fixed", Verdict::Held), ("buggy", Verdict::Violated)] {
        let odd: Vec<String> = thread::scope(|scope| {
            let run = || odd(variant, wanted, cluster.url());
            let all: Vec<_> = (0..CROWD).map(|_| scope.spawn(run)).collect();
            all.into_iter().filter_map(|one| one.join().expect("it does not panic")).collect()
        });
        assert!(odd.is_empty(), "{variant}: {} of {CROWD} not {wanted}:\n{}", odd.len(), odd[0]);
    }
}
