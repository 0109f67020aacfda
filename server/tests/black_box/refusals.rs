//! What is refused starts nothing, and every refusal is a sentence.

use crate::support::{Answer, Server, request};
use serde_json::json;

/// Refused with that status and word, in a sentence that says what to do.
fn assert_refused(answer: &Answer, status: u16, error: &str) {
    assert_eq!(
        (answer.status, answer.json()["error"].as_str()),
        (status, Some(error)),
        "{}",
        answer.text()
    );
    let message = answer.json()["message"].as_str().unwrap().to_owned();
    assert!(message.ends_with('.') && message.len() > 20, "{message}");
}

#[tokio::test]
async fn unknown_labs_variants_and_knobs_are_refused_with_what_is_allowed() {
    let server = Server::start(&[]);
    let ask = |lab: &str, variant: &str, knobs: serde_json::Value| json!({ "lab": lab, "variant": variant, "knobs": knobs });
    let lab = server.post(&ask("nope", "buggy", json!({}))).await;
    assert_refused(&lab, 404, "unknown-lab");
    assert_eq!(lab.json()["allowed"], json!(["fixture"]));
    let variant = server.post(&ask("fixture", "../fixed", json!({}))).await;
    assert_refused(&variant, 404, "unknown-variant");
    assert_eq!(variant.json()["allowed"], json!(["buggy", "fixed", "mine"]));
    for (name, value) in [
        ("code", json!(256)),
        ("code", json!(-1)),
        ("code", json!(1.5)),
        ("code", json!("; reboot")),
        ("case", json!("rm")),
    ] {
        assert_refused(
            &server.post(&ask("fixture", "buggy", json!({ name: value }))).await,
            422,
            "bad-knob",
        );
    }
    for value in [json!([]), json!(null), json!(true)] {
        let answer = server.post(&ask("fixture", "buggy", json!({ "code": value }))).await;
        assert_refused(&answer, 422, "bad-body");
    }
    let range = server.post(&ask("fixture", "buggy", json!({ "code": 256 }))).await;
    assert_eq!(range.json()["allowed"], json!(["a whole number from 0 to 255"]));
    let unknown = server.post(&ask("fixture", "buggy", json!({ "tick": 1 }))).await;
    assert_refused(&unknown, 422, "bad-knob");
    assert_eq!(unknown.json()["allowed"], json!(["case", "bytes", "code", "tag"]));
    let long = server.post(&ask("fixture", "buggy", json!({ "case": "x".repeat(65_536) }))).await;
    assert_refused(&long, 422, "bad-knob");
    assert!(long.body.len() < 1000);
    assert_refused(&server.post(&ask("fixture", "mine", json!({}))).await, 403, "mine-not-here");
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn pages_of_other_sites_and_names_that_merely_point_here_start_nothing() {
    let server = Server::start(&[]);
    let (addr, host) = (server.addr, server.addr.to_string());
    let body = json!({ "lab": "fixture", "variant": "buggy" }).to_string();
    let kind = ("content-type", "application/json");
    let foreign = format!("http://localhost:{}", addr.port());
    for origin in ["null", "http://evil.example", "http://127.0.0.1", foreign.as_str()] {
        let head = [("host", host.as_str()), kind, ("origin", origin)];
        let answer = request(addr, "POST /api/runs", &head, body.as_bytes()).await;
        assert_refused(&answer, 403, "foreign-origin");
    }
    for name in ["evil.example", "evil.example:8008", "127.0.0.1.evil.example", "192.168.0.1"] {
        let head = [("host", name), kind, ("origin", &format!("http://{name}"))];
        let answer = request(addr, "POST /api/runs", &head, body.as_bytes()).await;
        assert_refused(&answer, 403, "foreign-host");
        assert_refused(&request(addr, "GET /api/labs", &head[..1], b"").await, 403, "foreign-host");
    }
    let sites = [("host", host.as_str()), kind, ("sec-fetch-site", "cross-site")];
    assert_refused(
        &request(addr, "POST /api/runs", &sites, body.as_bytes()).await,
        403,
        "foreign-origin",
    );
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn a_header_said_twice_is_refused_whichever_of_the_two_is_right() {
    let server = Server::start(&[]);
    let host = server.addr.to_string();
    let body = json!({ "lab": "fixture", "variant": "buggy" }).to_string();
    let json = ("content-type", "application/json");
    for (twice, status, error) in [
        ([json, ("content-type", "text/plain")], 415, "not-json"),
        ([json, json], 415, "not-json"),
        ([("sec-fetch-site", "none"), ("sec-fetch-site", "cross-site")], 403, "foreign-origin"),
        ([("sec-fetch-site", "none"), ("sec-fetch-site", "none")], 403, "foreign-origin"),
        (
            [("origin", "http://evil.example"), ("origin", &format!("http://{host}"))],
            403,
            "foreign-origin",
        ),
    ] {
        let mut head = vec![("host", host.as_str()), twice[0], twice[1]];
        if twice[0] != json {
            head.push(json);
        }
        let answer = request(server.addr, "POST /api/runs", &head, body.as_bytes()).await;
        assert_refused(&answer, status, error);
    }
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn a_foreign_page_can_neither_watch_nor_stop_a_run() {
    let server = Server::start(&[]);
    let id = server.run("idle", &[]).await;
    let host = server.addr.to_string();
    let upgrade = [
        ("upgrade", "websocket"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];
    for (host, origin, error) in [
        (host.as_str(), "http://evil.example", "foreign-origin"),
        (host.as_str(), "null", "foreign-origin"),
        ("evil.example", "http://evil.example", "foreign-host"),
    ] {
        let head = [&[("host", host), ("origin", origin)][..], &upgrade[..]].concat();
        let watch = request(server.addr, &format!("GET /api/runs/{id}/socket"), &head, b"").await;
        assert_refused(&watch, 403, error);
        let stop = request(server.addr, &format!("DELETE /api/runs/{id}"), &head[..2], b"").await;
        assert_refused(&stop, 403, error);
    }
    assert_eq!(server.info(&id).await["state"]["state"], "running");
}

#[tokio::test]
async fn bodies_that_are_no_request_get_a_sentence() {
    let server = Server::start(&[]);
    let host = server.addr.to_string();
    let send = async |kind: &str, body: &[u8]| {
        request(server.addr, "POST /api/runs", &[("host", &host), ("content-type", kind)], body)
            .await
    };
    assert_refused(&send("application/json", b"{").await, 400, "bad-json");
    assert_refused(&send("application/json", b"\xff\xfe").await, 400, "bad-json");
    assert_refused(&send("application/json", b"{\"lab\":1}").await, 422, "bad-body");
    assert_refused(
        &send("application/json", b"{\"lab\":\"a\",\"variant\":\"b\",\"shell\":\"c\"}").await,
        422,
        "bad-body",
    );
    for twisted in [
        &br#"["fixture","buggy"]"#[..],
        br#"{"lab":"fixture","variant":"buggy","knobs":{"code":0,"code":1}}"#,
        br#"{"lab":"fixture","variant":"buggy","variant":"fixed"}"#,
    ] {
        assert_refused(&send("application/json", twisted).await, 422, "bad-body");
    }
    assert_refused(&send("text/plain", b"{}").await, 415, "not-json");
    assert_refused(&send("application/json", &vec![b' '; 300_000]).await, 413, "body-too-large");
    assert_eq!(server.runs().await, 0);
}

#[tokio::test]
async fn unknown_runs_and_addresses_get_a_sentence() {
    let server = Server::start(&[]);
    assert_refused(&server.ask("GET /api/runs/0123").await, 404, "unknown-run");
    assert_refused(&server.ask("DELETE /api/runs/0123").await, 404, "unknown-run");
    assert_refused(&server.ask("GET /api/runs/0123/socket").await, 404, "unknown-run");
    for line in ["GET /api/runs/%ff", "DELETE /api/runs/%ff", "GET /api/runs/%ff/socket"] {
        assert_refused(&server.ask(line).await, 404, "unknown-run");
    }
    assert_refused(&server.ask("GET /api/nothing").await, 404, "unknown-route");
    assert_refused(&server.ask("PUT /api/runs").await, 405, "wrong-method");
    let id = server.run("idle", &[]).await;
    assert_refused(
        &server.ask(&format!("GET /api/runs/{id}/socket")).await,
        400,
        "not-a-websocket",
    );
    assert_refused(
        &server.ask(&format!("GET /api/runs/{id}/socket?from=-1")).await,
        400,
        "bad-offset",
    );
}
