//! A class whose disk or database fails in the middle, and is there again.

use crate::support::{
    Gate,
    class::{Class, Line, vote},
    eventually, seconds,
};
use labkit_postgres::Cluster;
use serde_json::json;
use std::{
    fs,
    process::Command,
    time::{Duration, Instant},
};
use tokio::time::timeout;

/// How long each file of the server's may be.
#[cfg(target_os = "linux")]
fn quota(class: &Class, most: Option<u64>) {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    let pid = Pid::from_raw(class.pid() as i32);
    prlimit(pid, Resource::Fsize, Rlimit { current: most, maximum: None }).unwrap();
}

async fn voted(class: &Class, person: &str, choice: &str) -> (u16, String) {
    let answer = class.ask(person, "PUT /api/class/vote", Some(&vote(1, choice))).await;
    (answer.status, answer.text())
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn where_a_quota_is_used_up_votes_are_refused_in_a_sentence_and_go_on_when_there_is_room() {
    let folder = tempfile::tempdir().unwrap();
    let class = Class::open_within_a_quota(folder.path());
    let (one, two, teacher) = (class.person().await, class.person().await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    let mut line = class.line(&one).await;
    line.until(|now| now["phase"] == "ask").await;
    assert_eq!(voted(&class, &one, "2").await.0, 204);
    let written = fs::metadata(folder.path().join("class.sqlite-wal")).unwrap().len();
    quota(&class, Some(written));
    let (status, said) = voted(&class, &two, "1").await;
    assert!(status == 503 && said.contains("not-kept"), "{status} {said}");
    assert!(said.contains("a quota is used up") || said.contains("is full"), "{said}");
    quota(&class, None);
    assert_eq!(voted(&class, &two, "1").await.0, 204, "nothing had to be restarted");
    line.until(|now| now["answered"] == 2).await;
    class.kill();
    let class = Class::open(folder.path(), &[]);
    class.step(&teacher, 1, "reveal").await;
    let shown = class.line(&one).await.until(|now| now["phase"] == "reveal").await;
    assert_eq!(shown["result"]["rounds"][0]["by"], json!({ "1": 1, "2": 1 }));
}

/// A PostgreSQL, a gate before it, and the address that leads through the gate.
async fn gated() -> Option<(Cluster, Gate, String)> {
    if labkit_postgres::find().is_none() {
        eprintln!("there is no PostgreSQL here: losing it is not tested");
        return None;
    }
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_still-running"));
    keeper.arg(labkit_postgres::KEEPER_ARG);
    let cluster = Cluster::start(keeper).unwrap();
    let (before, rest) = cluster.url().split_once('@').unwrap();
    let (addr, name) = rest.split_once('/').unwrap();
    let gate = Gate::to(addr.parse().unwrap()).await;
    let url = format!("{before}@{}/{name}", gate.addr);
    Some((cluster, gate, url))
}

/// How long it takes until a new vote at one server is seen at the other, where `n` answered before.
async fn agreement(one: &Class, line: &mut Line, n: usize) -> Duration {
    let person = one.person().await;
    let start = Instant::now();
    assert_eq!(voted(one, &person, "2").await.0, 204);
    line.until(|now| now["answered"] == n + 1).await;
    start.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn while_postgresql_is_gone_votes_are_refused_and_when_it_is_back_two_servers_agree_again() {
    let Some((_cluster, gate, url)) = gated().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (Class::share(folder.path(), &url), Class::share(folder.path(), &url));
    let (here, there, teacher) = (one.person().await, two.person().await, one.teach().await);
    let (mut line, mut all) = (two.line(&there).await, two.line(&teacher).await);
    one.step(&teacher, 0, "ask").await;
    line.until(|now| now["phase"] == "ask").await;
    one.line(&here).await.until(|now| now["phase"] == "ask").await;
    assert_eq!(voted(&one, &here, "1").await.0, 204);
    line.until(|now| now["answered"] == 1).await;

    gate.shut();
    for (server, person) in [(&one, &here), (&two, &there)] {
        let (status, said) = voted(server, person, "2").await;
        assert!(status == 503 && said.contains("can't be reached"), "{status} {said}");
    }
    let troubled = all.until(|now| now["trouble"].is_string()).await;
    assert_eq!((&troubled["answered"], &troubled["phase"]), (&json!(1), &json!("ask")));

    gate.open();
    let again = async || voted(&two, &there, "2").await.0 == 204;
    eventually("votes are kept again", seconds(20), again).await;
    line.until(|now| now["answered"] == 2).await;
    all.until(|now| now["trouble"].is_null() && now["answered"] == 2).await;
    // A listener comes back within a second or two; from then on they agree as before.
    let mut tries = 2;
    while agreement(&one, &mut line, tries).await > seconds(1) {
        tries += 1;
        assert!(tries < 8, "they do not agree within a second any more");
    }
    one.step(&teacher, 1, "reveal").await;
    let shown = line.until(|now| now["phase"] == "reveal").await;
    let by = &shown["result"]["rounds"][0]["by"];
    assert_eq!(
        *by,
        json!({ "1": 1, "2": tries }),
        "what was confirmed stands, what was not does not"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_says_nothing_any_more_is_not_waited_for() {
    let Some((_cluster, gate, url)) = gated().await else { return };
    let folder = tempfile::tempdir().unwrap();
    let class = Class::share(folder.path(), &url);
    let (person, teacher) = (class.person().await, class.teach().await);
    class.step(&teacher, 0, "ask").await;
    let mut line = class.line(&person).await;
    line.until(|now| now["phase"] == "ask").await;
    gate.hold();
    let answer = timeout(seconds(25), voted(&class, &person, "1")).await;
    let (status, said) = answer.expect("a sentence comes, and not after the kernel's patience");
    assert!(status == 503 && said.contains("can't be reached"), "{status} {said}");
    gate.open();
    let again = async || voted(&class, &person, "2").await.0 == 204;
    eventually("votes are kept again", seconds(30), again).await;
    class.step(&teacher, 1, "reveal").await;
    let shown = line.until(|now| now["phase"] == "reveal").await;
    assert_eq!(shown["result"]["rounds"][0]["by"], json!({ "2": 1 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_starts_while_postgresql_is_gone_says_what_to_start() {
    let Some((_cluster, gate, url)) = gated().await else { return };
    gate.shut();
    let mut server = tokio::process::Command::new(env!("CARGO_BIN_EXE_still-running"));
    server.args(["serve", "--class", "--addr", "127.0.0.1:0"]).env("DATABASE_URL", &url);
    let said = server.kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("The PostgreSQL that DATABASE_URL names"), "{said}");
    assert!(said.contains("start that server, or keep the class in a file"), "{said}");
    assert!(!said.contains(&url), "the address has a password in it: {said}");
}

#[tokio::test]
async fn a_file_that_cannot_be_used_is_named_with_what_to_do_and_nothing_is_written_over_it() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("class.sqlite");
    fs::write(&file, "no database at all, but the only copy of somebody's notes. ".repeat(99))
        .unwrap();
    let before = fs::read(&file).unwrap();
    let mut server = tokio::process::Command::new(env!("CARGO_BIN_EXE_still-running"));
    server.args(["serve", "--class", "--addr", "127.0.0.1:0", "--class-file"]).arg(&file);
    let ended = server.kill_on_drop(true).output().await.unwrap();
    let said = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(!ended.status.success());
    assert!(said.contains("class.sqlite") && said.contains("is damaged"), "{said}");
    assert!(said.contains("keep a copy of it"), "{said}");
    assert_eq!(fs::read(&file).unwrap(), before);
}
