//! What crosses the wire when a call is cancelled. The opening page of the gRPC part says so, frame by frame.

use labkit::witness::{Side, Tap};
use labkit_grpc::{
    Answer, Answers, Ask, Calls, CallsClient, Channel, Request, Response, Served, Status,
    Streaming, serve,
};
use std::{future::pending, time::Duration};
use tokio_stream::{StreamExt, once, pending as never, wrappers::ReceiverStream};

/// Answers `Unary` where it is asked for number 1. All else it begins, and does not end.
struct Endless;

impl Calls for Endless {
    async fn unary(&self, ask: Request<Ask>) -> Result<Response<Answer>, Status> {
        match ask.into_inner().number {
            1 => Ok(Response::new(Answer { number: 1, ..Answer::default() })),
            _ => pending().await,
        }
    }

    async fn server_stream(&self, _: Request<Ask>) -> Result<Response<Answers>, Status> {
        let first = once(Ok(Answer { number: 1, ..Answer::default() }));
        Ok(Response::new(Box::pin(first.chain(never()))))
    }

    async fn client_stream(&self, _: Request<Streaming<Ask>>) -> Result<Response<Answer>, Status> {
        pending().await
    }
}

async fn line() -> (Served, Tap, CallsClient<Channel>) {
    let server = serve(Endless).await.unwrap();
    let tap = Tap::start(server.addr(), |_, _| {}).await.unwrap();
    let client = CallsClient::connect(tap.addr()).await.unwrap();
    (server, tap, client)
}

/// The frames of one stream so far, sizes left out.
fn frames(tap: &Tap, stream: u32) -> Vec<String> {
    let of_stream = tap.frames().into_iter().filter(|(_, f)| f.stream == stream);
    let told = of_stream.filter_map(|(side, frame)| {
        let arrow = if side == Side::Client { "→" } else { "←" };
        let words: Vec<_> = frame.to_string().split(", ").map(str::to_owned).collect();
        let kept = words.into_iter().filter(|w| !w.ends_with("bytes") && !w.starts_with("stream"));
        let text = kept.collect::<Vec<_>>().join(" ");
        (text != "WINDOW_UPDATE").then(|| format!("{arrow} {text}"))
    });
    told.collect()
}

fn ask(number: u32) -> Ask {
    Ask { number, ..Ask::default() }
}

const REQUEST: [&str; 3] = ["→ HEADERS", "→ DATA", "→ DATA END_STREAM"];

async fn cancelled(tap: &Tap) {
    tap.seen(Side::Client, |frame| frame.is_cancel()).await;
}

#[tokio::test]
async fn a_call_that_is_answered_ends_on_both_sides() {
    let (_server, tap, mut client) = line().await;
    client.unary(ask(1)).await.unwrap();
    let answer = ["← HEADERS", "← DATA", "← HEADERS END_STREAM"];
    assert_eq!(frames(&tap, 1), [REQUEST, answer].concat());
}

#[tokio::test]
async fn a_call_that_is_dropped_is_one_frame_more_and_the_connection_serves_the_next() {
    let (_server, tap, mut client) = line().await;
    {
        let mut other = client.clone();
        let call = other.unary(ask(2));
        tokio::select! {
            _ = call => panic!("it has no answer"),
            () = tap.seen(Side::Client, |frame| frame.end_stream) => {}
        }
    }
    cancelled(&tap).await;
    client.unary(ask(1)).await.unwrap();
    assert_eq!(frames(&tap, 1), [&REQUEST[..], &["→ RST_STREAM CANCEL"]].concat());
    assert_eq!(tap.connections(), 1);
}

#[tokio::test]
async fn a_deadline_looks_on_the_wire_as_a_drop_does() {
    let (_server, tap, mut client) = line().await;
    let mut late = Request::new(ask(2));
    late.set_timeout(Duration::from_millis(50));
    client.unary(late).await.unwrap_err();
    cancelled(&tap).await;
    assert_eq!(frames(&tap, 1)[..3], REQUEST);
}

#[tokio::test]
async fn a_stream_that_is_dropped_is_reset_in_the_middle_of_its_answer() {
    let (_server, tap, mut client) = line().await;
    let mut answers = client.server_stream(ask(1)).await.unwrap().into_inner();
    answers.message().await.unwrap();
    drop(answers);
    cancelled(&tap).await;
    let rest = ["← HEADERS", "← DATA", "→ RST_STREAM CANCEL"];
    assert_eq!(frames(&tap, 1), [REQUEST, rest].concat());
}

#[tokio::test]
async fn an_upload_that_is_dropped_has_no_end_of_stream() {
    let (_server, tap, mut client) = line().await;
    let (feed, asks) = tokio::sync::mpsc::channel(1);
    {
        let upload = client.client_stream(ReceiverStream::new(asks));
        feed.send(ask(1)).await.unwrap();
        tokio::select! {
            _ = upload => panic!("it has no answer"),
            () = tap.seen(Side::Client, |frame| frame.len > 0 && frame.to_string().starts_with("DATA")) => {}
        }
    }
    cancelled(&tap).await;
    assert_eq!(frames(&tap, 1), ["→ HEADERS", "→ DATA", "→ RST_STREAM CANCEL"]);
}
