//! One class on two servers that share a PostgreSQL: the teacher's run is watched on both, and all runs are ended on both.

use crate::support::{Seen, Viewer, assert_pattern, class::Class, eventually, seconds};
use labkit_postgres::Cluster;
use serde_json::Value;
use std::{
    process::Command,
    time::{Duration, Instant},
};
use still_running_protocol::{Reason, ToClient, ToServer};
use tempfile::TempDir;

/// Two servers, and what they stand on: it is gone when that is dropped, so a test must name it.
struct Two {
    one: Class,
    two: Class,
    stands: (Cluster, TempDir),
}

fn two() -> Option<Two> {
    if labkit_postgres::find().is_none() {
        eprintln!("there is no PostgreSQL here: sharing a class is not tested");
        return None;
    }
    let mut keeper = Command::new(env!("CARGO_BIN_EXE_still-running"));
    keeper.arg(labkit_postgres::KEEPER_ARG);
    let (cluster, folder) = (Cluster::start(keeper).unwrap(), tempfile::tempdir().unwrap());
    let share = || Class::share(folder.path(), cluster.url());
    let (one, two) = (share(), share());
    Some(Two { one, two, stands: (cluster, folder) })
}

fn shows(now: &Value) -> bool {
    now["run"].is_object()
}

fn shows_nothing(now: &Value) -> bool {
    now.get("run").is_some_and(Value::is_null)
}

/// A run of the first server's that is shown, with the teacher's own viewer.
async fn shown(one: &Class, teacher: &str, case: &str, bytes: u64) -> (String, Viewer) {
    let id = one.run(teacher, case, bytes).await;
    let own = one.watch(teacher, &id).await;
    let answer = one.show(teacher, &id).await;
    assert_eq!(answer.status, 204, "{}", answer.text());
    (id, own)
}

async fn all_of(viewer: Viewer, many: usize) {
    let (bytes, exit) = { viewer }.read_to_end().await;
    assert_eq!((bytes.len(), exit.code, exit.reason), (many, Some(0), Reason::Exited));
    assert_pattern(&bytes, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_shown_on_one_server_is_watched_on_the_other_from_its_first_byte_to_its_last() {
    let Some(Two { one, two, stands: (cluster, folder) }) = two() else { return };
    let (teacher, there) = (one.teach().await, two.person().await);
    let mut line = two.line(&there).await;
    // As much as is kept of it, so that nobody is too slow for it.
    let many = 900_000;
    let start = Instant::now();
    let (id, own) = shown(&one, &teacher, "print", many as u64).await;
    let told = line.until(shows).await["run"].clone();
    assert!(start.elapsed() < seconds(1), "{:?}", start.elapsed());
    assert_eq!((&told["id"], &told["page"]), (&id.clone().into(), &"tasks/q".into()));
    assert_eq!((&told["lab"], &told["widget"]), (&"fixture".into(), &"q--run".into()));
    // One looks away: its socket stays open, and is never read.
    let away = two.watch(&there, &id).await;
    tokio::join!(all_of(own, many), all_of(two.watch(&there, &id).await, many));
    drop(away);
    // So does who comes late, and who comes to a server that starts later.
    let three = Class::share(folder.path(), cluster.url());
    for class in [&two, &three] {
        let late = class.person().await;
        class.line(&late).await.until(shows).await;
        all_of(class.watch(&late, &id).await, many).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_run_that_prints_more_than_is_kept_the_other_server_tells_what_is_missing() {
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, there) = (one.teach().await, two.person().await);
    let mut line = two.line(&there).await;
    let many = 4_000_000;
    let (id, own) = shown(&one, &teacher, "print", many).await;
    line.until(shows).await;
    let watched = two.watch(&there, &id).await;
    tokio::join!(all_of(own, many as usize), told_all(watched, many));
    told_all(two.watch(&there, &id).await, many).await;
}

/// Each byte, or that it is missing.
async fn told_all(mut viewer: Viewer, many: u64) {
    loop {
        let at = viewer.at;
        match viewer.read().await {
            Seen::Bytes(bytes) => assert_pattern(&bytes, at),
            Seen::Control(ToClient::Exit(exit)) => {
                return assert_eq!((viewer.at, exit.code), (many, Some(0)));
            }
            Seen::Control(_) => {}
            Seen::Closed(code) => panic!("closed with {code:?} at {}", viewer.at),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stop_all_ends_runs_on_every_server_within_a_second_and_none_that_begins_later() {
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, here, there) = (one.teach().await, one.person().await, two.person().await);
    let (near, far) = (one.run(&here, "idle", 0).await, two.run(&there, "idle", 0).await);
    let (mut near, mut far) = (one.watch(&here, &near).await, two.watch(&there, &far).await);
    far.read_bytes(5).await;
    let start = Instant::now();
    let answer = one.ask(&teacher, "POST /api/class/stop", None).await.json();
    assert_eq!((&answer["ended"], &answer["elsewhere"]), (&1.into(), &true.into()));
    assert_eq!(near.read_to_goodbye().await, Reason::ByTeacher);
    assert_eq!(far.read_to_goodbye().await, Reason::ByTeacher);
    assert!(start.elapsed() < seconds(1), "{:?}", start.elapsed());
    let again = two.run(&there, "print", 600_000).await;
    all_of(two.watch(&there, &again).await, 600_000).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_teacher_at_another_server_stops_the_run_and_puts_it_away() {
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, there) = (one.teach().await, two.person().await);
    let mut line = two.line(&there).await;
    for away in [false, true] {
        let (id, mut own) = shown(&one, &teacher, "idle", 0).await;
        line.until(|now| now["run"]["id"] == *id).await;
        let mut guest = two.watch(&there, &id).await;
        let refused = two.ask(&there, &format!("DELETE /api/runs/{id}"), None).await;
        assert_eq!(refused.json()["error"], "teachers-run");
        let start = Instant::now();
        if away {
            assert_eq!(two.ask(&teacher, "DELETE /api/class/show", None).await.status, 204);
            line.until(shows_nothing).await;
        } else {
            let mut far = two.watch(&teacher, &id).await;
            far.send(&ToServer::Stop).await;
            assert_eq!(far.read_to_goodbye().await, Reason::ByTeacher);
        }
        assert_eq!(own.read_to_goodbye().await, Reason::ByTeacher);
        assert_eq!(guest.read_to_goodbye().await, Reason::ByTeacher);
        assert!(start.elapsed() < seconds(1), "{:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_asked_at_another_server_puts_the_run_away_and_none_is_shown_before_its_reveal()
{
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, here) = (one.teach().await, one.person().await);
    let mut line = one.line(&here).await;
    let (_, mut own) = shown(&one, &teacher, "idle", 0).await;
    line.until(shows).await;
    two.step(&teacher, 0, "ask").await;
    assert_eq!(own.read_to_goodbye().await, Reason::ByTeacher);
    line.until(shows_nothing).await;
    let id = one.run(&teacher, "idle", 0).await;
    let _own = one.watch(&teacher, &id).await;
    assert_eq!(one.show(&teacher, &id).await.json()["error"], "question-waits");
    two.step(&teacher, 1, "reveal").await;
    let shown = async || one.show(&teacher, &id).await.status == 204;
    eventually("it may be shown after the reveal", seconds(5), shown).await;
    line.until(shows).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_shown_at_another_server_takes_the_place_of_the_one_before() {
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, here, there) = (one.teach().await, one.person().await, two.person().await);
    let (mut first, mut second) = (one.line(&here).await, two.line(&there).await);
    let (before, mut own) = shown(&one, &teacher, "idle", 0).await;
    second.until(|now| now["run"]["id"] == *before).await;
    let mut guest = two.watch(&there, &before).await;
    let (after, own_after) = shown(&two, &teacher, "print", 600_000).await;
    assert_eq!(own.read_to_goodbye().await, Reason::ByTeacher);
    assert_eq!(guest.read_to_goodbye().await, Reason::ByTeacher);
    for line in [&mut first, &mut second] {
        line.until(|now| now["run"]["id"] == *after).await;
    }
    tokio::join!(all_of(own_after, 600_000), all_of(one.watch(&here, &after).await, 600_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_watches_a_run_of_a_server_that_is_killed_is_told_that_it_is_over() {
    let Some(Two { one, two, stands: _stands }) = two() else { return };
    let (teacher, there) = (one.teach().await, two.person().await);
    let (id, _own) = shown(&one, &teacher, "idle", 0).await;
    two.line(&there).await.until(shows).await;
    let mut guest = two.watch(&there, &id).await;
    guest.read_bytes(5).await;
    one.kill();
    let start = Instant::now();
    assert_eq!(guest.read_to_goodbye().await, Reason::ServerStopping);
    assert!(start.elapsed() < Duration::from_secs(25), "{:?}", start.elapsed());
}
