//! Many at once, and many one after the other.

use crate::{
    raw::Raw,
    scaled,
    support::{Seen, Server, Viewer, assert_pattern, eventually, rss_kib, seconds},
};
use still_running_protocol::{ToClient, ToServer};
use tokio::task::JoinSet;

#[tokio::test]
async fn a_thousand_idle_sockets_cost_little_and_go_without_a_trace() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let _starter = server.watch(&id).await;
    let (memory, tasks) = (rss_kib(server.pid()), server.metric("still_running_tasks").await);
    let mut sockets = vec![];
    for _ in 0..1000 {
        sockets.push(Raw::upgraded(server.addr, &id, "").await);
    }
    assert_eq!(server.metric("still_running_sockets").await, 1001);
    let each = (rss_kib(server.pid()) - memory) as f64 / 1000.0;
    // Without optimization; what it is with it, the bench tells.
    assert!(each < 30.0, "{each} KiB each");
    assert_eq!(server.ask("GET /healthz").await.status, 200);
    drop(sockets);
    eventually("all are forgotten", seconds(20), async || {
        server.metric("still_running_sockets").await == 1
            && server.metric("still_running_tasks").await <= tasks + 2
    })
    .await;
}

#[tokio::test]
async fn two_hundred_who_ask_at_once_take_turns_and_each_is_told_the_place() {
    let server = Server::start(&["--runs", "16"]);
    let mut first = vec![];
    for _ in 0..16 {
        first.push(server.run("idle", &[]).await);
    }
    let mut waiting = vec![];
    for place in 1..=184 {
        let id = server.run("print", &[("bytes", 10_000)]).await;
        let mut viewer = server.watch(&id).await;
        viewer.expect(&ToClient::Queued { place, about: None }).await;
        waiting.push(viewer);
    }
    let mut all: JoinSet<_> = waiting.into_iter().map(wait_and_read).collect();
    for id in first {
        server.ask(&format!("DELETE /api/runs/{id}")).await;
    }
    while let Some(done) = all.join_next().await {
        done.unwrap();
    }
    let queued = server.metric("still_running_runs{state=\"queued\"}").await;
    assert_eq!((queued, server.metric("still_running_runs_started_total").await), (0, 200));
}

/// Moves up and never back, begins, and gets all of it.
async fn wait_and_read(mut viewer: Viewer) {
    let (mut last, mut all) = (u64::MAX, vec![]);
    let exit = loop {
        match viewer.read().await {
            Seen::Control(ToClient::Queued { place, .. }) => {
                assert!(place < last, "moved from {last} to {place}");
                last = place;
            }
            Seen::Control(ToClient::Started) => {}
            Seen::Bytes(bytes) => all.extend(bytes),
            Seen::Control(ToClient::Exit(exit)) => break exit,
            other => panic!("{other:?}"),
        }
    };
    assert_pattern(&all, 0);
    assert_eq!((all.len(), exit.code), (10_000, Some(0)));
}

#[tokio::test]
async fn a_crowd_of_viewers_gets_all_of_one_run_from_one_copy() {
    const BYTES: u64 = 400_000;
    let crowd = scaled(200, 2000);
    let server = Server::start(&["--unwatched", "60"]);
    let id = server.run("print", &[("bytes", BYTES)]).await;
    let mut viewers = vec![];
    for _ in 0..crowd {
        viewers.push(server.watch(&id).await);
    }
    let memory = rss_kib(server.pid());
    for viewer in &mut viewers {
        let (bytes, exit) = viewer.read_to_end().await;
        assert_pattern(&bytes, 0);
        assert_eq!((bytes.len() as u64, exit.code), (BYTES, Some(0)));
    }
    assert_eq!(server.metric("still_running_printed_bytes_total").await, BYTES);
    assert_eq!(server.metric("still_running_sent_bytes_total").await, BYTES * crowd as u64);
    let each = rss_kib(server.pid()).saturating_sub(memory) / crowd as u64;
    // A frame is on its way to each; a copy of the run would be six times that.
    assert!(each < 100, "{each} KiB for each of {crowd} viewers");
}

#[tokio::test]
async fn runs_in_a_row_leave_no_memory_no_file_and_no_task_behind() {
    let server = Server::start(&["--unwatched", "1"]);
    runs_in_a_row(&server, 200).await;
    let before = rest(&server).await;
    runs_in_a_row(&server, scaled(300, 10_000)).await;
    let after = rest(&server).await;
    assert!(after.files <= before.files + 2 && after.tasks <= before.tasks, "{before:?} {after:?}");
    assert!(after.kib <= before.kib + 1024, "{before:?} {after:?}");
}

async fn runs_in_a_row(server: &Server, count: usize) {
    for i in 0..count as u64 {
        let id = server.run("print", &[("bytes", 5000), ("code", i % 256)]).await;
        let (bytes, exit) = server.watch(&id).await.read_to_end().await;
        assert_pattern(&bytes, 0);
        assert_eq!((bytes.len(), exit.code), (5000, Some((i % 256) as i32)));
    }
}

/// Keepers that wait for a run.
const SPARES: u64 = 2;

#[derive(Debug)]
struct Rest {
    files: usize,
    tasks: u64,
    kib: u64,
}

/// What it holds once it has forgotten every run.
async fn rest(server: &Server) -> Rest {
    eventually("all runs are forgotten", seconds(30), async || {
        server.runs().await == 0 && server.metric("still_running_keepers").await == SPARES
    })
    .await;
    let tasks = server.metric("still_running_tasks").await;
    Rest { files: server.open_files(), tasks, kib: rss_kib(server.pid()) }
}

#[tokio::test]
async fn a_run_that_floods_does_not_keep_others_waiting() {
    let server = Server::start(&["--output", "1000000"]);
    let flood = server.run("flood", &[("bytes", 1 << 40)]).await;
    let mut viewer = server.watch(&flood).await;
    let reading = tokio::spawn(async move {
        let bytes = viewer.read_bytes(100_000_000).await;
        assert_pattern(&bytes, 0);
        viewer.send(&ToServer::Stop).await;
    });
    for _ in 0..20 {
        let id = server.run("print", &[("bytes", 1000)]).await;
        assert_eq!(server.watch(&id).await.read_to_end().await.0.len(), 1000);
    }
    reading.await.unwrap();
}
