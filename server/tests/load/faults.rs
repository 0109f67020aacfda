//! Things that go wrong on their own.

use crate::support::{Seen, Server, assert_pattern, eventually, labs, rss_kib, seconds};
use std::process::Command;
use still_running_protocol::ToServer;
use tokio_tungstenite::tungstenite::Message;

#[tokio::test]
async fn a_viewer_that_never_acknowledges_gets_one_window_and_holds_up_only_its_own_lab() {
    let server = Server::start(&["--output", "1000"]);
    let id = server.run("endless", &[]).await;
    let mut viewer = server.watch(&id).await;
    let window = viewer.window();
    while viewer.at < window / 2 {
        assert!(!matches!(viewer.next().await, Seen::Closed(_)));
    }
    let other = server.run("print", &[("bytes", 50_000)]).await;
    assert_eq!(server.watch(&other).await.read_to_end().await.0.len(), 50_000);
    let taken = server.info(&id).await["bytes"].as_u64().unwrap();
    assert!(taken <= 1 << 20 && viewer.at <= window, "{taken} printed, {} sent", viewer.at);
    // Too few acknowledged is no fault: it goes on by just as much.
    viewer.ack(10).await;
    viewer.ack(5).await;
    viewer.ack(viewer.at).await;
    let from = viewer.at;
    let bytes = viewer.read_bytes(3_000_000).await;
    assert_pattern(&bytes, from);
}

#[tokio::test]
async fn keys_for_a_lab_that_reads_none_cost_nothing() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let mut viewer = server.watch(&id).await;
    viewer.read_bytes(5).await;
    let before = rss_kib(server.pid());
    for _ in 0..500 {
        viewer.send_message(Message::binary(vec![b'x'; 16 << 10])).await;
    }
    viewer.send(&ToServer::Stop).await;
    let (bytes, _) = viewer.read_to_end().await;
    assert!(bytes.is_empty());
    let grown = rss_kib(server.pid()).saturating_sub(before);
    assert!(grown < 1024, "{grown} KiB for 8 MB of keys");
}

#[tokio::test]
async fn who_watches_and_leaves_a_hundred_times_does_not_end_a_run_others_watch() {
    let server = Server::start(&["--unwatched", "1"]);
    let id = server.run("idle", &[]).await;
    let _stays = server.watch(&id).await;
    for _ in 0..100 {
        server.watch(&id).await.cut();
    }
    eventually("only one is left", seconds(10), async || server.info(&id).await["viewers"] == 1)
        .await;
    assert_eq!(server.info(&id).await["state"]["state"], "running");
}

#[test]
fn a_recording_for_which_there_is_no_room_is_an_error_that_says_so() {
    let folder = labs(&["fixture"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(["run", "--labs"]).arg(folder.path());
    command.args(["fixture", "--case", "events", "--record", "/dev/full"]);
    let out = command.output().unwrap();
    let said = String::from_utf8(out.stderr).unwrap();
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("/dev/full was not written") && said.contains("No space left"), "{said}");
    assert!(String::from_utf8(out.stdout).unwrap().contains("event 1"), "the run itself is shown");
}

#[tokio::test]
async fn out_of_file_descriptors_is_a_wait_and_not_the_end() {
    let server = Server::start_with_files(64, &[]);
    let mut held = vec![];
    for _ in 0..100 {
        held.push(tokio::net::TcpStream::connect(server.addr).await.unwrap());
    }
    drop(held);
    eventually("it answers again", seconds(20), async || {
        server.ask("GET /healthz").await.status == 200
    })
    .await;
    let id = server.run("print", &[]).await;
    assert_eq!(server.watch(&id).await.read_to_end().await.0.len(), 100);
}
