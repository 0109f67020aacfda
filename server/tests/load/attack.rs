//! People who mean harm.

use crate::{
    raw::{Raw, frame},
    support::{Server, request, rss_kib},
};
use serde_json::json;
use std::time::Instant;

#[tokio::test]
async fn frames_that_break_the_protocol_are_hung_up_on_and_the_run_goes_on() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let _starter = server.watch(&id).await;
    let memory = rss_kib(server.pid());
    let endless = [&[0x82, 0xff, 0x7f][..], &[0xff; 7], &[0; 4], b"x"].concat();
    let claims_a_gigabyte = [&[0x82, 0xff][..], &(1u64 << 30).to_be_bytes(), &[0; 4]].concat();
    let in_fragments = [frame(0x01, &[b'x'; 40_000]), frame(0x80, &[b'x'; 40_000])].concat();
    for (what, bytes) in [
        ("not masked", vec![0x81, 0x02, b'{', b'}']),
        ("of a kind that is none", frame(0x83, b"x")),
        ("with a reserved bit", frame(0xc1, b"{}")),
        ("endless", endless),
        ("a gigabyte, it says", claims_a_gigabyte),
        ("too long", frame(0x82, &[0; 70_000])),
        ("too long in fragments", in_fragments),
        ("a long ping", frame(0x89, &[0; 126])),
        ("a ping in fragments", frame(0x09, b"x")),
        ("a continuation of nothing", frame(0x80, b"x")),
        ("a message within a message", [frame(0x01, b"x"), frame(0x81, b"x")].concat()),
        ("text that is none", frame(0x81, b"\xff\xfe")),
        ("half a character", frame(0x81, "{\"type\":\"stopé".as_bytes().split_last().unwrap().1)),
        ("control that is none", frame(0x81, b"{\"type\":\"stop\",\"type\":")),
        ("deeply nested", frame(0x81, &[b'['; 60_000])),
        ("HTTP", b"GET /api/labs HTTP/1.1\r\n\r\n".to_vec()),
    ] {
        let (mut raw, _) = Raw::upgraded(server.addr, &id, "").await;
        drop(raw.say(&bytes).await);
        // Who says half of a frame may take a minute over the rest; these have said enough.
        let start = Instant::now();
        raw.rest().await;
        assert!(start.elapsed().as_secs() < 20, "{what}: {:?}", start.elapsed());
    }
    let grown = rss_kib(server.pid()).saturating_sub(memory);
    assert!(grown < 2048, "{grown} KiB");
    assert_eq!(server.info(&id).await["state"]["state"], "running");
    assert_eq!(server.info(&id).await["viewers"], 1);
}

#[tokio::test]
async fn a_lone_surrogate_or_a_strange_number_is_no_control() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let _starter = server.watch(&id).await;
    for text in [
        r#"{"type":"\ud800"}"#,
        r#"{"type":"ack","bytes":1e400}"#,
        r#"{"type":"ack","bytes":18446744073709551616}"#,
        r#"{"type":"ack","bytes":18446744073709551615}"#,
        r#"{"type":"ack","bytes":0.5}"#,
        "null",
    ] {
        let (mut raw, _) = Raw::upgraded(server.addr, &id, "").await;
        raw.frame(1, text.as_bytes()).await.unwrap();
        let said = raw.rest().await;
        let why = said.contains("not a message") || said.contains("never sent");
        assert!(why, "{text}: {said:?}");
    }
    assert_eq!(server.info(&id).await["state"]["state"], "running");
}

#[tokio::test]
async fn nothing_is_compressed_so_nothing_can_swell() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let offer = "sec-websocket-extensions: permessage-deflate; client_max_window_bits\r\n";
    let (mut raw, head) = Raw::upgraded(server.addr, &id, offer).await;
    assert!(!head.to_ascii_lowercase().contains("sec-websocket-extensions"), "{head}");
    // A kilobyte of zeros, deflated, as one who was offered it would send it.
    drop(raw.say(&frame(0xc1, b"\x62\x60\x18\x05\xa3\x60\x14\x8c\x54\x00\x00")).await);
    raw.rest().await;
    let host = server.addr.to_string();
    let head = [
        ("host", host.as_str()),
        ("content-type", "application/json"),
        ("content-encoding", "gzip"),
    ];
    let gzip =
        b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\xab\xae\x05\x00\x43\xbf\xa6\xa3\x02\x00\x00\x00";
    assert_eq!(request(server.addr, "POST /api/runs", &head, gzip).await.status, 400);
}

#[tokio::test]
async fn names_and_values_as_long_as_may_be_are_refused_in_a_few_words() {
    let server = Server::start(&[]);
    let long = "9".repeat(64 << 10);
    let many: serde_json::Map<_, _> = (0..10_000).map(|i| (format!("k{i}"), json!(1))).collect();
    let deep = "[".repeat(50_000);
    let host = server.addr.to_string();
    let head = [("host", host.as_str()), ("content-type", "application/json")];
    for body in [
        json!({ "lab": long, "variant": "buggy" }).to_string(),
        json!({ "lab": "fixture", "variant": long }).to_string(),
        json!({ "lab": "fixture", "variant": "buggy", "knobs": { long.clone(): 1 } }).to_string(),
        json!({ "lab": "fixture", "variant": "buggy", "knobs": { "bytes": long } }).to_string(),
        json!({ "lab": "fixture", "variant": "buggy", "knobs": { "bytes": "\u{1f980}".repeat(16 << 10) } }).to_string(),
        json!({ "lab": "fixture", "variant": "buggy", "knobs": many }).to_string(),
        format!("{{\"lab\":\"fixture\",\"variant\":\"buggy\",\"knobs\":{{\"bytes\":{deep}"),
        format!("{{\"lab\":\"fixture\",\"variant\":\"buggy\",\"knobs\":{{\"bytes\":1{}}}}}", "0".repeat(64 << 10)),
    ] {
        let answer = request(server.addr, "POST /api/runs", &head, body.as_bytes()).await;
        let (start, size) = (body.chars().take(60).collect::<String>(), answer.body.len());
        assert!((400..500).contains(&answer.status), "{start}: {}", answer.status);
        assert!(answer.json()["message"].is_string() && size < 1000, "{start}: {size} bytes");
    }
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn a_name_is_never_a_path() {
    let server = Server::start(&[]);
    for lab in [
        "../fixture",
        "./fixture",
        "fixture/",
        "/bin/sh",
        "..",
        "",
        ".",
        "fixture\0",
        "FIXTURE",
        "fixture --describe",
    ] {
        let answer = server.post(&json!({ "lab": lab, "variant": "buggy" })).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (404, Some("unknown-lab")),
            "{lab:?}"
        );
    }
    for variant in ["--describe", "buggy --tag 1", "../buggy", "", "mine/../buggy"] {
        let answer = server.post(&json!({ "lab": "fixture", "variant": variant })).await;
        assert_eq!(
            (answer.status, answer.json()["error"].as_str()),
            (404, Some("unknown-variant")),
            "{variant:?}"
        );
    }
    for path in [
        "/api/runs/..%2f..%2fetc%2fpasswd",
        "/api/runs/../../etc/passwd",
        "/api/../../etc/passwd",
        "/api/runs/%00",
        "/api/runs/%ff/socket",
        "/api//runs",
        "/api/runs/.",
        "/%2e%2e/%2e%2e/etc/passwd",
        "/....//etc/passwd",
        "/book/..;/etc/passwd",
    ] {
        let answer = server.ask(&format!("GET {path}")).await;
        assert!((400..500).contains(&answer.status), "{path}: {}", answer.status);
        assert!(!answer.text().contains("root:"), "{path}");
    }
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn a_request_hidden_in_another_is_not_answered() {
    let server = Server::start(&[]);
    let hidden = format!("GET /metrics HTTP/1.1\r\nhost: {}\r\n\r\n", server.addr);
    let length = hidden.len();
    for (what, head, ambiguous) in [
        ("two lengths", format!("content-length: 5\r\ncontent-length: {length}\r\n"), true),
        ("a length that is none", "content-length: +5\r\n".to_owned(), true),
        ("a negative length", "content-length: -1\r\n".to_owned(), true),
        ("a list of lengths", format!("content-length: 5, {length}\r\n"), true),
        (
            "a length and chunks",
            format!("content-length: {length}\r\ntransfer-encoding: chunked\r\n"),
            false,
        ),
        ("chunks that are none", "transfer-encoding: xchunked\r\n".to_owned(), true),
        ("chunks not last", "transfer-encoding: chunked, identity\r\n".to_owned(), true),
        ("a space before the colon", format!("content-length : {length}\r\n"), true),
        ("a folded line", format!("content-length:\r\n {length}\r\n"), true),
        ("a zero byte", "x: a\0b\r\n".to_owned(), true),
    ] {
        let mut raw = Raw::connect(server.addr).await;
        let host = server.addr;
        let text = format!(
            "POST /api/runs HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{head}\r\n{hidden}"
        );
        raw.say(text.as_bytes()).await.unwrap();
        let said = raw.rest().await;
        assert!(
            !said.contains("still_running_runs"),
            "{what}: the hidden request was answered: {said}"
        );
        assert!(said.matches("HTTP/1.1 ").count() <= 1, "{what}: {said}");
        if ambiguous {
            assert!(said.is_empty() || said.starts_with("HTTP/1.1 400"), "{what}: {said}");
        }
    }
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn a_host_said_twice_or_in_two_ways_is_refused() {
    let server = Server::start(&[]);
    let host = server.addr;
    for head in [
        format!("GET /api/labs HTTP/1.1\r\nhost: {host}\r\nhost: evil.example\r\n\r\n"),
        format!("GET http://evil.example/api/labs HTTP/1.1\r\nhost: {host}\r\n\r\n"),
        format!("GET http://{host}/api/labs HTTP/1.1\r\nhost: evil.example\r\n\r\n"),
        "GET /api/labs HTTP/1.1\r\n\r\n".to_owned(),
        "GET /api/labs HTTP/1.0\r\n\r\n".to_owned(),
        format!("GET /api/labs HTTP/1.1\r\nhost: user@{host}\r\n\r\n"),
    ] {
        let mut raw = Raw::connect(server.addr).await;
        raw.say(head.replacen("\r\n\r\n", "\r\nconnection: close\r\n\r\n", 1).as_bytes())
            .await
            .unwrap();
        let said = raw.rest().await;
        let refused = said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.0 4");
        assert!(refused && !said.contains("fixture"), "{head}{said}");
    }
}

#[tokio::test]
async fn heads_as_long_as_they_like_are_not_read_to_the_end() {
    let server = Server::start(&[]);
    let memory = rss_kib(server.pid());
    for many in [format!("x: {}\r\n", "y".repeat(1 << 20)), "x: y\r\n".repeat(10_000)] {
        let mut raw = Raw::connect(server.addr).await;
        let text = format!("GET /api/labs HTTP/1.1\r\nhost: {}\r\n{many}\r\n", server.addr);
        drop(raw.say(text.as_bytes()).await);
        let said = raw.rest().await;
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    }
    let grown = rss_kib(server.pid()).saturating_sub(memory);
    assert!(grown < 2048, "{grown} KiB");
}

/// What a hostile page can do with an id it does not know: nothing, for it cannot be guessed.
#[tokio::test]
async fn the_id_of_a_run_says_nothing_about_the_next() {
    let server = Server::start(&[]);
    let (one, two) = (server.run("idle", &[]).await, server.run("idle", &[]).await);
    assert_eq!((one.len(), two.len()), (32, 32));
    let same = one.bytes().zip(two.bytes()).filter(|(a, b)| a == b).count();
    assert!(same < 16, "{one} {two}");
}
