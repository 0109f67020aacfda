//! What the server tells whoever runs it.

use crate::support::{Server, eventually, labs, seconds};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use still_running_protocol::ToServer;

#[tokio::test]
async fn metrics_tell_what_runs_what_waits_and_what_was_refused() {
    let server = Server::start(&["--runs", "1"]);
    let first = server.run("idle", &[]).await;
    let waiting = server.run("print", &[("bytes", 1000)]).await;
    let (mut one, mut two) = (server.watch(&first).await, server.watch(&waiting).await);
    server.post(&json!({ "lab": "nope", "variant": "buggy" })).await;
    for (name, value) in [
        ("still_running_runs{state=\"running\"}", 1),
        ("still_running_runs{state=\"queued\"}", 1),
        ("still_running_runs_started_total", 2),
        ("still_running_viewers", 2),
        ("still_running_sockets", 2),
        ("still_running_refusals_total{error=\"unknown-lab\"}", 1),
    ] {
        assert_eq!(server.metric(name).await, value, "{name}");
    }
    assert!(server.metric("still_running_keepers").await >= 1);
    assert!(server.metric("process_resident_memory_bytes").await > 1 << 20);
    // What is stopped before it has said a word has printed nothing.
    assert_eq!(one.read_bytes("idle\n".len()).await, b"idle\n");
    one.send(&ToServer::Stop).await;
    one.read_to_end().await;
    two.read_to_end().await;
    for (name, value) in [
        ("still_running_runs_ended_total{reason=\"stopped\"}", 1),
        ("still_running_runs_ended_total{reason=\"exited\"}", 1),
        ("still_running_printed_bytes_total", 1000 + "idle\n".len() as u64),
        ("still_running_sent_bytes_total", 1000 + "idle\n".len() as u64),
    ] {
        assert_eq!(server.metric(name).await, value, "{name}");
    }
    eventually("the spare keepers are left", seconds(5), async || {
        server.metric("still_running_keepers").await == 2
    })
    .await;
}

#[tokio::test]
async fn metrics_can_be_read_by_what_reads_such_things() {
    let server = Server::start(&[]);
    server.post(&json!({ "lab": "nope", "variant": "buggy" })).await;
    let answer = server.ask("GET /metrics").await;
    assert!(answer.header("content-type").unwrap().starts_with("text/plain; version=0.0.4"));
    let mut family = String::new();
    for line in answer.text().lines() {
        if let Some(help) = line.strip_prefix("# HELP ") {
            family = help.split(' ').next().unwrap().to_owned();
        } else if let Some(kind) = line.strip_prefix("# TYPE ") {
            let (name, kind) = kind.split_once(' ').unwrap();
            assert!(name == family && ["gauge", "counter"].contains(&kind), "{line}");
            assert_eq!(kind == "counter", name.ends_with("_total"), "{line}");
        } else {
            let (name, value) = line.rsplit_once(' ').unwrap();
            assert_eq!(name.split('{').next(), Some(family.as_str()), "{line}");
            assert!(value.parse::<f64>().is_ok(), "{line}");
        }
    }
}

#[tokio::test]
async fn every_line_of_the_log_about_a_run_names_the_run() {
    let folder = labs(&["fixture"]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
    command.args(["--log", "json", "serve", "--addr", "127.0.0.1:0", "--labs"]).arg(folder.path());
    command.env("RUST_LOG", "still_running=debug").stderr(Stdio::piped());
    let (mut server, log) = Server::with_log(command);
    let id = server.run("print", &[]).await;
    server.watch(&id).await.read_to_end().await;
    let mut broken = server.watch(&id).await;
    broken.send_text("no control").await;
    broken.next().await;
    server.signal("TERM");
    server.wait();
    let lines: Vec<Value> =
        log.join().unwrap().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of_runs = |line: &&Value| {
        let target = line["target"].as_str().unwrap();
        target.contains("::runs") || target.contains("::socket")
    };
    let said: Vec<_> = lines.iter().filter(of_runs).collect();
    assert!(said.len() >= 5, "{lines:?}");
    for line in &said {
        assert_eq!(
            (&line["span"]["name"], &line["span"]["id"]),
            (&json!("run"), &json!(id)),
            "{line}"
        );
        assert_eq!(
            (&line["span"]["lab"], &line["span"]["variant"]),
            (&json!("fixture"), &json!("buggy"))
        );
    }
    let messages: Vec<_> =
        said.iter().map(|line| line["fields"]["message"].as_str().unwrap()).collect();
    for wanted in ["asked for", "ended", "a viewer came", "a viewer broke the rules"] {
        assert!(messages.contains(&wanted), "{messages:?}");
    }
}
