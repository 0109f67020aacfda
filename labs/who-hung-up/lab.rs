//! A reverse proxy writes down how each request ended, and who ended it. The truth is known: this lab ends them.

mod buggy;
mod fixed;
mod journal;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod handler;
    pub(crate) mod late;
    pub(crate) mod lower;
    pub(crate) mod no_error;
    pub(crate) mod spawned;
}

use axum::{
    Router,
    body::{Body, Bytes},
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use http_body::{Body as _, Frame, SizeHint};
use journal::{Cause, Ending, Journal, Record, Stage, cause_of, lines};
use labkit::{
    ok_or_err,
    prelude::*,
    witness::{Peer, read_head, until},
};
use labkit_http::{Site, client};
use std::{
    error::Error,
    future::pending,
    net::SocketAddr,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};
use tokio::{io::AsyncWriteExt, net::TcpStream, sync::Notify};

labkit::choice! {
    /// Which bug to start from.
    Case {
        /// A line of log after the answer.
        Log = "log",
        /// A guard that does not know a complete body.
        Guard = "guard",
    }
}

labkit::knobs! {
    /// Which bug to start from.
    case: Case = Case::Log;
    /// How many of the seven requests are sent, in their order.
    requests: usize = 7, 1..=7, grid [1, 3];
}

/// How a request is written down.
trait Logs {
    fn log(proxy: &Proxy, request: Request) -> impl Future<Output = Response> + Send;
}

/// When a body counts as complete.
trait Knows {
    fn is_whole(body: &Passed) -> bool;
}

trait Access: Logs + Knows + 'static {}
impl<A: Logs + Knows + 'static> Access for A {}

/// One request, what the upstream sends back, and what is true of it in the end.
#[derive(Clone, Copy)]
struct Ask {
    name: &'static str,
    answer: &'static str,
    truth: Ending,
}

const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n";
const PART_CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n";
const PART: &str = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhi";
const LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi";
const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n";
const EMPTY: &str = "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
const NO_CONTENT: &str = "HTTP/1.1 204 No Content\r\n\r\n";
const NOT_MODIFIED: &str = "HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\n";

fn asks(case: Case) -> [Ask; 7] {
    use Cause::*;
    use Stage::*;
    let ask = |name, answer, stage, cause| Ask { name, answer, truth: (stage, cause) };
    match case {
        Case::Log => [
            ask("GET /chunked", CHUNKED, Done, Complete),
            ask("GET /silent", "", Headers, UpstreamTimeout),
            ask("GET /closed", "", Headers, UpstreamClosed),
            ask("GET /silent-left", "", Headers, ClientLeft),
            ask("GET /stalled", PART, Body, UpstreamTimeout),
            ask("GET /broken", PART, Body, UpstreamClosed),
            ask("GET /stalled-left", PART, Body, ClientLeft),
        ],
        Case::Guard => [
            ask("GET /chunked", CHUNKED, Done, Complete),
            ask("GET /stalled-left", PART_CHUNKED, Body, ClientLeft),
            ask("GET /length", LENGTH, Done, Complete),
            ask("GET /empty", EMPTY, Done, Complete),
            ask("GET /no-content", NO_CONTENT, Done, Complete),
            ask("GET /not-modified", NOT_MODIFIED, Done, Complete),
            ask("HEAD /length", HEAD, Done, Complete),
        ],
    }
}

// ANCHOR: scenario
async fn scenario<A: Access>(lab: Lab, knobs: Knobs) -> Result {
    let (asks, leaves) = (asks(knobs.case)[..knobs.requests].to_vec(), Arc::new(Notify::new()));
    let (known, told) = (asks.clone(), leaves.clone());
    let upstream =
        Peer::start(move |stream, _| misbehave(stream, known.clone(), told.clone())).await?;
    let journal = Arc::new(Journal::default());
    lab.lanes(&["client", "proxy", "log", "metrics"]);
    let proxy = serve::<A>(lab.lane("proxy"), upstream.addr(), journal.clone(), knobs.case).await?;

    let client = lab.lane("client");
    for ask in &asks {
        visit(&client, &proxy, ask, &leaves).await?;
    }
    until(ms(300), || journal.lock().len() == asks.len()).await;

    let log = lab.lane("log");
    let right = asks.iter().filter(|ask| journal.has(ask, &log)).count();
    lab.check_eq("requests with the right record", asks.len(), right);
    let (truth, shown) = (lines(asks.iter().map(|ask| ask.truth)), scrape(&proxy).await?);
    shown.lines().for_each(|line| lab.lane("metrics").say(line));
    lab.check_eq("/metrics counts each request under its true end", true, truth == shown);
    Ok(())
}
// ANCHOR_END: scenario

/// A body on its way to the client, with its request's record.
struct Passed {
    inner: Body,
    /// It was polled to its end.
    gave_none: bool,
    record: Record,
    is_whole: fn(&Self) -> bool,
}

type PollFrame = Poll<Option<std::result::Result<Frame<Bytes>, axum::Error>>>;

impl http_body::Body for Passed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> PollFrame {
        let frame = ready!(Pin::new(&mut self.inner).poll_frame(cx));
        match &frame {
            None => self.gave_none = true,
            Some(Err(error)) => self.record.cause = Some(cause_of(error)),
            Some(Ok(_)) => {}
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}

#[derive(Clone)]
struct Proxy {
    lane: Lane,
    http: reqwest::Client,
    upstream: SocketAddr,
    journal: Arc<Journal>,
    is_whole: fn(&Passed) -> bool,
}

impl Proxy {
    /// Passes a request on. Patience is short only where the upstream is to end it, so that nothing else races against a timer.
    async fn send(&self, request: Request) -> reqwest::Result<reqwest::Response> {
        let (method, path) = (request.method().clone(), request.uri().path());
        let name = format!("{method} {path}");
        let patience = if matches!(path, "/silent" | "/stalled") { ms(150) } else { ms(60_000) };
        let url = format!("http://{}{path}", self.upstream);
        let send = self.http.request(method, url).timeout(patience).send();
        let mut send = self.lane.watch(&name, send).quiet();
        // The other one's ends its body.
        if path == "/silent" {
            send = send.limit("timeout", patience);
        }
        let send = send.with_own_limit(|a| a.as_ref().is_err_and(reqwest::Error::is_timeout));
        send.outcome(ok_or_err).await
    }

    fn observe(&self, inner: Body, record: Record) -> Body {
        Body::new(Passed { inner, gave_none: false, record, is_whole: self.is_whole })
    }
}

/// The upstream's answer, or an answer that says there is none.
fn pass_on(answer: reqwest::Result<reqwest::Response>) -> Response {
    match answer {
        Ok(answer) => axum::http::Response::<reqwest::Body>::from(answer).map(Body::new),
        Err(error) if error.is_timeout() => StatusCode::GATEWAY_TIMEOUT.into_response(),
        Err(_) => StatusCode::BAD_GATEWAY.into_response(),
    }
}

async fn serve<A: Access>(
    lane: Lane,
    upstream: SocketAddr,
    journal: Arc<Journal>,
    case: Case,
) -> Result<Site> {
    // The half of the proxy that a case is not about is the repaired one.
    let is_whole = match case {
        Case::Log => fixed::Logging::is_whole,
        Case::Guard => A::is_whole,
    };
    let proxy = Proxy { lane, http: http()?, upstream, journal: journal.clone(), is_whole };
    let metrics = get(async move || journal.metrics());
    let pass = async move |request: Request| match case {
        Case::Log => A::log(&proxy, request).await,
        Case::Guard => fixed::Logging::log(&proxy, request).await,
    };
    Ok(Site::start(Router::new().route("/metrics", metrics).fallback(pass)).await?)
}

/// No connection is used twice.
fn http() -> reqwest::Result<reqwest::Client> {
    client().pool_max_idle_per_host(0).build()
}

/// What stands behind the proxy. It misbehaves on request, and tells `leaves` of a request that its client does not wait for.
async fn misbehave(mut stream: TcpStream, asks: Vec<Ask>, leaves: Arc<Notify>) {
    let Some(head) = read_head(&mut stream).await else { return };
    let asked = asks.iter().find(|ask| head.starts_with(&format!("{} ", ask.name)));
    let Some(ask) = asked else { return };
    if stream.write_all(ask.answer.as_bytes()).await.is_err() {
        return;
    }
    if ask.truth == (Stage::Headers, Cause::ClientLeft) {
        leaves.notify_one();
    }
    if ask.truth.1 != Cause::UpstreamClosed {
        // Until the proxy closes.
        while read_head(&mut stream).await.is_some() {}
    }
}

/// Sends a request, and stays to its end or leaves at its stage.
async fn visit(client: &Lane, proxy: &Site, ask: &Ask, leaves: &Notify) -> Result {
    let (method, path) = ask.name.split_once(' ').expect("a method and a path");
    let request = http()?.request(method.parse()?, proxy.url(path));
    let exchange = async {
        let mut answer = request.send().await?;
        while answer.chunk().await?.is_some() {
            if ask.truth == (Stage::Body, Cause::ClientLeft) {
                leaves.notify_one();
                pending::<()>().await;
            }
        }
        Ok::<_, reqwest::Error>(answer.status())
    };
    select! {
        told = client.watch(ask.name, exchange) => client.mark(format!("{}: {told:?}", ask.name)),
        () = leaves.notified() => {}
    }
    Ok(())
}

/// Reads the metrics, without the lines for people.
async fn scrape(proxy: &Site) -> reqwest::Result<String> {
    let text = http()?.get(proxy.url("/metrics")).send().await?.text().await?;
    Ok(text.split_inclusive('\n').filter(|line| !line.starts_with('#')).collect())
}

fn main() -> ExitCode {
    Manifest {
        title: "A log that says 200, and a request that says nothing",
        crates: &["axum", "hyper", "reqwest"],
        article: &["2.4"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Logging, wrong: handler, late, lower, no_error, spawned],
    )
}
