//! The server stops in good order, or is killed; either way nothing is left.

use crate::support::{Server, Tag, eventually, seconds};
use std::time::Instant;
use still_running_protocol::Reason;

#[tokio::test]
async fn a_polite_kill_tells_every_viewer_why_and_leaves_nothing() {
    let mut server = Server::start(&["--runs", "30"]);
    let (mut viewers, mut tags) = (vec![], vec![]);
    for _ in 0..30 {
        let tag = Tag::new();
        let id = server.run("family", &[("tag", tag.text().parse().unwrap())]).await;
        viewers.push(server.watch(&id).await);
        tags.push(tag);
    }
    let queued = server.run("idle", &[]).await;
    viewers.push(server.watch(&queued).await);
    eventually("all families are there", seconds(30), async || {
        tags.iter().all(|tag| tag.alive() == 5)
    })
    .await;
    let start = Instant::now();
    server.signal("TERM");
    for viewer in &mut viewers {
        assert_eq!(viewer.read_to_end().await.1.reason, Reason::ServerStopping);
    }
    drop(viewers);
    assert!(server.wait().success());
    assert!(start.elapsed() < seconds(2), "{:?}", start.elapsed());
    assert_eq!(tags.iter().map(|tag| tag.alive()).sum::<usize>(), 0);
}

#[tokio::test]
async fn a_viewer_that_reads_nothing_does_not_hold_up_the_end() {
    let mut server = Server::start(&[]);
    let id = server.run("endless", &[]).await;
    let _stalled = server.watch(&id).await;
    let start = Instant::now();
    server.signal("INT");
    assert!(server.wait().success());
    assert!(start.elapsed() < seconds(3), "{:?}", start.elapsed());
}

#[tokio::test]
async fn who_asks_twice_is_not_kept_waiting_and_nothing_is_left() {
    let (mut server, tag) = (Server::start(&[]), Tag::new());
    server.run_family(tag).await;
    // A viewer that reads nothing holds up the end in good order for a second and a half.
    let id = server.run("endless", &[]).await;
    let _stalled = server.watch(&id).await;
    server.signal("INT");
    let open = async || tokio::net::TcpStream::connect(server.addr).await.is_ok();
    eventually("it has heard", seconds(5), async || !open().await).await;
    let start = Instant::now();
    server.signal("INT");
    assert_eq!(server.wait().code(), Some(130));
    assert!(start.elapsed() < seconds(1), "{:?}", start.elapsed());
    eventually("nothing is left", seconds(2), async || tag.alive() == 0).await;
}

#[tokio::test]
async fn a_killed_server_leaves_nothing() {
    let mut server = Server::start(&["--runs", "20"]);
    let mut tags = vec![];
    for _ in 0..20 {
        let tag = Tag::new();
        server.run("family", &[("tag", tag.text().parse().unwrap())]).await;
        tags.push(tag);
    }
    eventually("all families are there", seconds(30), async || {
        tags.iter().all(|tag| tag.alive() == 5)
    })
    .await;
    server.signal("KILL");
    server.wait();
    eventually("nothing is left", seconds(2), async || tags.iter().all(|tag| tag.alive() == 0))
        .await;
}
