//! Every byte arrives, in order, the last ones before exit included.

use crate::support::{Server, assert_pattern};
use labkit_wire::Verdict;
use std::sync::Arc;
use still_running_protocol::{Exit, Reason};
use tokio::task::JoinSet;

#[tokio::test]
async fn thirty_megabytes_arrive_in_order_with_the_exit_code_after_them() {
    let server = Server::start(&[]);
    let id = server.run("print", &[("bytes", 30_000_000), ("code", 10)]).await;
    let (bytes, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!(bytes.len(), 30_000_000);
    assert_pattern(&bytes, 0);
    let verdict = Some(Verdict::Violated);
    assert_eq!(
        exit,
        Exit {
            code: Some(10),
            signal: None,
            reason: Reason::Exited,
            verdict,
            problems: vec![],
            finding: None
        }
    );
}

#[tokio::test]
async fn two_hundred_runs_that_print_and_exit_at_once_are_complete_with_their_exit_codes() {
    let server = Arc::new(Server::start(&[]));
    let mut runs = JoinSet::new();
    for worker in 0..8 {
        let server = server.clone();
        runs.spawn(async move {
            for code in (worker..200).step_by(8) {
                let id = server.run("print", &[("bytes", 100_000), ("code", code)]).await;
                let (bytes, exit) = server.watch(&id).await.read_to_end().await;
                assert_eq!(bytes.len(), 100_000);
                assert_pattern(&bytes, 0);
                assert_eq!(exit.code, Some(code as i32));
            }
        });
    }
    assert!(runs.join_all().await.len() == 8);
}

#[tokio::test]
async fn bytes_that_are_no_text_arrive_as_they_are() {
    let server = Server::start(&[]);
    let id = server.run("garbage", &[]).await;
    let (bytes, _) = server.watch(&id).await.read_to_end().await;
    assert_eq!(bytes, b"\xff\xfe\xc3\x28 \x1b]0;");
}

#[tokio::test]
async fn a_crash_is_told_by_its_signal() {
    let server = Server::start(&[]);
    let id = server.run("crash", &[]).await;
    let (_, exit) = server.watch(&id).await.read_to_end().await;
    let signal = Some("SIGABRT".to_owned());
    assert_eq!(
        exit,
        Exit {
            code: None,
            signal,
            reason: Reason::Exited,
            verdict: None,
            problems: vec![],
            finding: None
        }
    );
}

#[tokio::test]
async fn a_lab_that_closed_its_output_is_still_waited_for() {
    let server = Server::start(&[]);
    let id = server.run("closed", &[]).await;
    let (_, exit) = server.watch(&id).await.read_to_end().await;
    assert_eq!(exit.signal.as_deref(), Some("SIGTERM"), "{exit:?}");
}

#[tokio::test]
async fn labs_are_asked_for_events_and_colour() {
    let server = Server::start(&[]);
    let id = server.run("events", &[]).await;
    let (bytes, _) = server.watch(&id).await.read_to_end().await;
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.starts_with("asked for events: true\n\x1b]7744;{\"seq\":0"), "{text}");
    let id = server.run("colour", &[]).await;
    let (bytes, _) = server.watch(&id).await.read_to_end().await;
    assert_eq!(String::from_utf8(bytes).unwrap(), "Ok(\"1\") Err(NotPresent)\n");
}
