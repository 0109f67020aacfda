//! Many viewers, each at its own pace; the one who started the run paces it.

use crate::support::{Seen, Server, Viewer, assert_pattern, eventually, rss_kib, seconds};
use std::time::Duration;
use still_running_protocol::{Reason, ToClient, ToServer};

/// Waits until the run has printed nothing new for a second: its lab is blocked.
async fn blocked(server: &Server, id: &str) -> u64 {
    let (mut last, mut same) = (u64::MAX, 0);
    eventually("the lab is blocked", seconds(20), async || {
        let bytes = server.info(id).await["bytes"].as_u64().unwrap();
        same = if bytes == last { same + 1 } else { 0 };
        last = bytes;
        tokio::time::sleep(Duration::from_millis(50)).await;
        same == 20
    })
    .await;
    last
}

#[tokio::test]
async fn a_reader_that_stalls_loses_nothing_and_costs_no_more_than_the_log() {
    let server = Server::start(&["--output", "1000"]);
    let before = rss_kib(server.pid());
    let id = server.run("endless", &[]).await;
    let mut viewer = server.watch(&id).await;
    let printed = blocked(&server, &id).await;
    assert!(printed <= 1 << 20, "{printed} bytes were taken from a lab whose reader stalls");
    let grown = rss_kib(server.pid()).saturating_sub(before);
    assert!(grown < 3 * 1024, "a stalled reader costs {grown} KiB");
    let bytes = viewer.read_bytes(8_000_000).await;
    assert_pattern(&bytes, 0);
    viewer.send(&ToServer::Stop).await;
}

#[tokio::test]
async fn two_viewers_of_one_run_both_get_all_of_it() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 700_000)]).await;
    let (mut one, mut two) = (server.watch(&id).await, server.watch(&id).await);
    let ((a, exit_a), (b, exit_b)) = tokio::join!(one.read_to_end(), two.read_to_end());
    assert_pattern(&a, 0);
    assert_eq!((a.len(), exit_a), (700_000, exit_b));
    assert!(a == b);
}

#[tokio::test]
async fn who_comes_back_goes_on_where_it_was() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 20_000_000)]).await;
    let mut viewer = server.watch(&id).await;
    let mut all = viewer.read_bytes(3_000_000).await;
    for _ in 0..5 {
        let at = viewer.at;
        viewer.cut();
        viewer = server.watch_from(&id, at).await;
        all.extend(viewer.read_bytes(3_000_000).await);
    }
    all.extend(viewer.read_to_end().await.0);
    assert_eq!(all.len(), 20_000_000);
    assert_pattern(&all, 0);
}

#[tokio::test]
async fn a_page_reload_gets_the_whole_run_again() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 400_000)]).await;
    server.watch(&id).await.cut();
    for _ in 0..2 {
        let (bytes, _) = server.watch(&id).await.read_to_end().await;
        assert_eq!(bytes.len(), 400_000);
    }
}

#[tokio::test]
async fn a_viewer_that_falls_behind_is_told_what_it_missed() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 9_000_000)]).await;
    let (mut starter, mut slow) = (server.watch(&id).await, server.watch(&id).await);
    let (all, _) = starter.read_to_end().await;
    assert_eq!(all.len(), 9_000_000, "the slow one does not cost the starter anything");
    let (mut got, mut missed) = (0, 0);
    loop {
        let from = slow.at;
        match slow.read().await {
            Seen::Bytes(bytes) => {
                assert_pattern(&bytes, from);
                got += bytes.len() as u64;
            }
            Seen::Control(ToClient::Gap { from, to }) => missed += to - from,
            Seen::Control(ToClient::Exit(_)) => break,
            Seen::Control(ToClient::Started) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(missed > 0 && got + missed == 9_000_000, "{got} + {missed}");
}

#[tokio::test]
async fn an_offset_no_longer_kept_is_a_gap_and_one_not_yet_printed_is_refused() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 3_000_000)]).await;
    server.watch(&id).await.read_to_end().await;
    let to = 3_000_000 - (1 << 20);
    let mut late = server.watch_from(&id, 17).await;
    late.expect(&ToClient::Gap { from: 17, to }).await;
    let (bytes, _) = late.read_to_end().await;
    assert_pattern(&bytes, to);
    assert!(Viewer::try_open(server.addr, &id, 3_000_001).await.is_err());
}

#[tokio::test]
async fn when_the_starter_stays_away_the_oldest_viewer_paces() {
    let server = Server::start(&["--unwatched", "1"]);
    let id = server.run("print", &[("bytes", 6_000_000)]).await;
    let (starter, mut other) = (server.watch(&id).await, server.watch(&id).await);
    blocked(&server, &id).await;
    starter.cut();
    let (bytes, _) = other.read_to_end().await;
    assert_eq!(bytes.len(), 6_000_000);
    assert_pattern(&bytes, 0);
}

#[tokio::test]
async fn a_viewer_that_breaks_the_rules_is_hung_up_on_and_the_run_goes_on() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let _starter = server.watch(&id).await;
    for bad in [
        r#"{"type":"ack","bytes":999999}"#,
        r#"{"type":"ack","bytes":-1}"#,
        r#"["stop"]"#,
        "stop",
        "",
        "[]",
        "\u{0}",
    ] {
        let mut viewer = server.watch(&id).await;
        viewer.send_text(bad).await;
        loop {
            match viewer.next().await {
                Seen::Closed(code) => break assert_eq!(code, Some(1008), "{bad:?}"),
                Seen::Bytes(_) | Seen::Control(ToClient::Started) => {}
                other => panic!("{other:?}"),
            }
        }
    }
    let mut viewer = server.watch(&id).await;
    viewer.send_text(&"x".repeat(100_000)).await;
    while !matches!(viewer.next().await, Seen::Closed(_)) {}
    assert_eq!(server.info(&id).await["state"]["state"], "running");
}

#[tokio::test]
async fn stop_ends_a_run_whose_reader_reads_nothing() {
    let server = Server::start(&[]);
    let id = server.run("endless", &[]).await;
    let mut viewer = server.watch(&id).await;
    blocked(&server, &id).await;
    viewer.send(&ToServer::Stop).await;
    eventually("it has ended", seconds(5), async || {
        server.info(&id).await["state"]["state"] == "ended"
    })
    .await;
    let (bytes, exit) = viewer.read_to_end().await;
    assert_pattern(&bytes, 0);
    assert_eq!(exit.reason, Reason::Stopped);
}
