//! Peers that take their time, on purpose or because they are no longer there.

use crate::{
    is_heavy,
    raw::{LIMIT, Raw},
    support::{Server, eventually, seconds},
};
use std::time::Instant;
use tokio::time::{Duration, sleep};

/// Says one more byte every second until the server hangs up.
async fn dribble(mut raw: Raw, begin: String) -> Duration {
    let start = Instant::now();
    let mut said = raw.say(begin.as_bytes()).await;
    while said.is_ok() && !raw.is_closed() {
        assert!(start.elapsed() < LIMIT, "still not hung up on");
        sleep(Duration::from_secs(1)).await;
        said = raw.say(b"x").await;
    }
    start.elapsed()
}

#[tokio::test]
async fn who_never_ends_a_request_is_hung_up_on_and_nobody_waits_for_them() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let _starter = server.watch(&id).await;
    let files = server.open_files();
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..60 {
        for begin in [
            String::new(),
            format!("GET /api/labs HTTP/1.1\r\nhost: {}\r\nx-slow: ", server.addr),
            format!("{}x-slow: ", Raw::handshake(server.addr, &id)),
        ] {
            slow.spawn(dribble(Raw::connect(server.addr).await, begin));
        }
    }
    let start = Instant::now();
    for _ in 0..10 {
        assert_eq!(server.ask("GET /api/labs").await.status, 200);
    }
    assert!(start.elapsed() < seconds(5), "ten requests took {:?}", start.elapsed());
    let longest = slow.join_all().await.into_iter().max().unwrap();
    assert!(longest >= seconds(5), "nobody was given time: {longest:?}");
    eventually("their files are closed", seconds(5), async || server.open_files() <= files + 8)
        .await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let server = Server::start(&[]);
    let mut raw = Raw::connect(server.addr).await;
    let head = format!(
        "POST /api/runs HTTP/1.1\r\nhost: {}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{{",
        server.addr
    );
    raw.say(head.as_bytes()).await.unwrap();
    let answer = raw.rest().await;
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("slow-body"), "{answer}");
    assert_eq!(server.runs().await, 0);
}

/// It takes a minute; `socket.rs` has the same on a paused clock.
#[tokio::test]
async fn a_peer_that_is_no_longer_there_is_noticed() {
    if !is_heavy() {
        return;
    }
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let (mut gone, _) = Raw::upgraded(server.addr, &id, "").await;
    let start = Instant::now();
    eventually("its socket is closed", seconds(90), async || {
        server.metric("still_running_sockets").await == 0
    })
    .await;
    assert!(start.elapsed() > seconds(30), "it was given no time: {:?}", start.elapsed());
    assert!(!gone.rest().await.is_empty());
}
