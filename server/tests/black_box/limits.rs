//! Limits, and what a run that meets one says.

use crate::support::{Seen, Server, Tag, Viewer, assert_pattern, eventually, seconds, signal};
use still_running_protocol::{Reason, ToClient, ToServer};

#[tokio::test]
async fn a_run_that_takes_too_long_is_ended_and_says_so() {
    let server = Server::start(&["--run-time", "1"]);
    let id = server.run("idle", &[]).await;
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!((bytes, exit.reason), (b"idle\n".to_vec(), Reason::TimeLimit));
}

#[tokio::test]
async fn a_run_that_stopped_its_keeper_is_ended_in_time_too() {
    let (server, tag) = (Server::start(&["--run-time", "1"]), Tag::new());
    let id = server.run_family(tag).await;
    signal("STOP", server.keepers()[0].0);
    let (_, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!((exit.reason, tag.alive()), (Reason::TimeLimit, 0));
}

#[tokio::test]
async fn where_files_are_short_runs_wait_for_those_of_others() {
    // Each takes four files, so half of them must wait; each prints for a second.
    let server = Server::start_with_files(64, &["--runs", "30", "--unwatched", "60"]);
    let mut ids = vec![];
    for _ in 0..30 {
        ids.push(server.run("lines", &[]).await);
    }
    for id in ids {
        let ended = async || server.info(&id).await["state"]["state"] == "ended";
        eventually("it has ended", seconds(30), ended).await;
        let info = server.info(&id).await;
        assert_eq!((info["state"]["code"].as_u64(), info["bytes"].as_u64()), (Some(0), Some(1690)));
    }
}

#[tokio::test]
async fn a_run_that_prints_too_much_is_ended_after_exactly_as_much_as_it_may() {
    let server = Server::start(&["--output", "3"]);
    let id = server.run("endless", &[]).await;
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!((bytes.len(), exit.reason), (3 << 20, Reason::OutputLimit));
    assert_pattern(&bytes, 0);
}

#[tokio::test]
async fn who_waits_is_told_about_how_long_once_a_run_has_ended() {
    let server = Server::start(&["--runs", "1"]);
    let first = server.run("print", &[]).await;
    server.watch(&first).await.read_to_end().await;
    let goes = server.run("idle", &[]).await;
    server.watch(&goes).await.read_bytes(5).await;
    let id = server.run("print", &[]).await;
    let told = server.watch(&id).await.read().await;
    let about = |about: &Option<u64>| about.is_some_and(|seconds| (1..=30).contains(&seconds));
    let Seen::Control(ToClient::Queued { place: 1, about: seconds }) = &told else {
        panic!("{told:?}");
    };
    assert!(about(seconds), "{told:?}");
}

#[tokio::test]
async fn who_waits_is_told_the_place_and_moves_up() {
    let server = Server::start(&["--runs", "1"]);
    let first = server.run("idle", &[]).await;
    let (second, third) = (server.run("idle", &[]).await, server.run("print", &[]).await);
    let (mut two, mut three) = (server.watch(&second).await, server.watch(&third).await);
    two.expect(&ToClient::Queued { place: 1, about: None }).await;
    three.expect(&ToClient::Queued { place: 2, about: None }).await;
    assert_eq!(server.info(&third).await["state"]["place"], 2);
    server.watch(&first).await.send(&ToServer::Stop).await;
    two.expect(&ToClient::Started).await;
    assert!(matches!(three.read().await, Seen::Control(ToClient::Queued { place: 1, .. })));
    two.send(&ToServer::Stop).await;
    three.expect(&ToClient::Started).await;
    assert_eq!(three.read_to_end().await.0.len(), 100);
}

#[tokio::test]
async fn who_leaves_the_queue_makes_room_and_a_full_queue_says_so() {
    let server = Server::start(&["--runs", "1", "--waiting", "1"]);
    server.run("idle", &[]).await;
    let waiting = server.run("idle", &[]).await;
    let body = serde_json::json!({ "lab": "fixture", "variant": "buggy" });
    let refused = server.post(&body).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (503, Some("queue-full")));
    let mut viewer = server.watch(&waiting).await;
    viewer.send(&ToServer::Stop).await;
    let (_, exit) = viewer.read_to_end().await;
    assert_eq!((exit.reason, exit.code), (Reason::Stopped, None));
    assert_eq!(server.post(&body).await.status, 201);
}

#[tokio::test]
async fn one_address_may_open_only_so_many_terminals() {
    let server = Server::start(&["--sockets", "2"]);
    let id = server.run("idle", &[]).await;
    let (one, _two) = (server.watch(&id).await, server.watch(&id).await);
    assert!(Viewer::try_open(server.addr, &id, 0).await.is_err());
    one.cut();
    eventually("there is room again", seconds(5), async || {
        Viewer::try_open(server.addr, &id, 0).await.is_ok()
    })
    .await;
}

#[tokio::test]
async fn ended_runs_are_forgotten_and_leave_nothing_behind() {
    let server = Server::start(&["--unwatched", "0"]);
    let (files, tasks) = (server.open_files(), server.metric("still_running_tasks").await);
    for _ in 0..100 {
        let id = server.run("print", &[("bytes", 50_000)]).await;
        drop(id);
    }
    eventually("all is as before", seconds(20), async || {
        server.runs().await == 0
            && server.open_files() <= files + 8
            && server.metric("still_running_tasks").await <= tasks + 2
    })
    .await;
}
