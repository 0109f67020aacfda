//! Every kind of timeout against every phase in which a call can stall: a table, made by running it.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{
    prelude::*,
    witness::{Peer, read_head},
};
use reqwest::{
    Client, ClientBuilder, RequestBuilder,
    dns::{Name, Resolve, Resolving},
};
use std::{future::pending, net::SocketAddr};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    task::JoinSet,
    time::error::Elapsed,
};
use tokio_util::task::TaskTracker;

labkit::knobs! {
    /// What each timeout is set to.
    limit: Duration = 400, 200..=800, grid [200, 800];
    /// Time between two bytes where a server drips.
    drip: Duration = 50, 10..=2000, grid [20, 300, 1200];
}

/// What a variant brings: the settings of a client.
trait Configure {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client>;
}

// ANCHOR: scenario
async fn scenario<C: Configure>(lab: Lab, knobs: Knobs) -> Result {
    let stalls = Stalls::start(knobs).await?;
    let (table, referee) = (lab.lane("table"), Referee::new(knobs.limit));
    table.say(format!("{} calls at once", stalls.urls.len() * KINDS.len()));

    let mut calls = JoinSet::new();
    for (column, kind) in KINDS.into_iter().enumerate() {
        let (lane, client) = (lab.lane(kind.name()), kind.client::<C>(knobs.limit)?);
        for (row, &(phase, ref url)) in stalls.urls.iter().enumerate() {
            let (lane, client, url) = (lane.clone(), client.clone(), url.clone());
            let call = move || lane.watch(phase, kind.call(client.get(&url), knobs.limit)).quiet();
            let outcome = referee.clone().outcome(kind, tries(phase), call);
            calls.spawn(async move { (row, column, outcome.await) });
        }
    }

    let mut cells = vec![[Outcome::Hang; KINDS.len()]; stalls.urls.len()];
    while let Some(cell) = calls.join_next().await {
        let (row, column, outcome) = cell?;
        cells[row][column] = outcome?;
    }
    print(&table, &stalls, &cells);

    let hangs = stalls.urls.iter().zip(&cells).filter(|(_, row)| row[YOURS] == Outcome::Hang);
    let hangs: Vec<_> = hangs.map(|((phase, _), _)| *phase).collect();
    lab.check_eq("phases in which the settings of this variant let a call hang", vec![], hangs);
    Ok(())
}
// ANCHOR_END: scenario

fn tries(phase: &str) -> usize {
    if phase.contains("drip") { 4 } else { 1 }
}

/// What became of a call. A cut comes after so many milliseconds.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Done,
    Cut(u128),
    Hang,
}

/// Says what became of a call, and does not take a busy machine for a silent server.
#[derive(Clone)]
struct Referee {
    limit: Duration,
    /// The calls that surely end: nobody hangs while one of these still runs.
    controls: TaskTracker,
}

impl Referee {
    fn new(limit: Duration) -> Self {
        let controls = TaskTracker::new();
        controls.close();
        Self { limit, controls }
    }

    /// A call that can hang does hang. On a busy machine a server that drips may be late, so that a call is cut which can hang: it
    /// gets more than one chance.
    async fn outcome<F: Future<Output = Result>>(
        self,
        kind: Kind,
        tries: usize,
        call: impl Fn() -> F,
    ) -> Result<Outcome> {
        let control = matches!(kind, Kind::Whole).then(|| self.controls.token());
        let mut outcome = self.once(control.is_none(), call()).await?;
        for _ in 1..tries {
            if outcome != Outcome::Hang {
                outcome = self.once(control.is_none(), call()).await?;
            }
        }
        Ok(outcome)
    }

    async fn once(&self, may_hang: bool, call: impl Future<Output = Result>) -> Result<Outcome> {
        let begun = Instant::now();
        let ended = select! {
            ended = call => ended,
            () = self.too_long(), if may_hang => return Ok(Outcome::Hang),
        };
        match ended {
            Ok(()) => Ok(Outcome::Done),
            Err(why) if is_timeout(&why) => Ok(Outcome::Cut(begun.elapsed().as_millis())),
            Err(why) => Err(why),
        }
    }

    /// Four times the limit, and more where the machine is so busy that even the controls are late.
    async fn too_long(&self) {
        sleep(3 * self.limit).await;
        self.controls.wait().await;
        sleep(self.limit).await;
    }
}

fn is_timeout(error: &anyhow::Error) -> bool {
    error.is::<Elapsed>() || error.downcast_ref().is_some_and(reqwest::Error::is_timeout)
}

// ANCHOR: kinds
/// Six kinds of timeout, and the settings of the variant.
#[derive(Clone, Copy)]
enum Kind {
    Client,
    Request,
    Connect,
    Read,
    Send,
    Whole,
    Yours,
}

impl Kind {
    fn client<C: Configure>(self, limit: Duration) -> reqwest::Result<Client> {
        match self {
            Self::Client => builder().timeout(limit).build(),
            Self::Connect => builder().connect_timeout(limit).build(),
            Self::Read => builder().read_timeout(limit).build(),
            Self::Yours => C::build(builder(), limit),
            Self::Request | Self::Send | Self::Whole => builder().build(),
        }
    }

    async fn call(self, request: RequestBuilder, limit: Duration) -> Result {
        match self {
            Self::Request => whole(request.timeout(limit)).await,
            Self::Send => {
                let response = timeout(limit, request.send()).await??;
                response.bytes().await?;
                Ok(())
            }
            Self::Whole => timeout(limit, whole(request)).await?,
            Self::Client | Self::Connect | Self::Read | Self::Yours => whole(request).await,
        }
    }
}
// ANCHOR_END: kinds

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Request => "request",
            Self::Connect => "connect",
            Self::Read => "read",
            Self::Send => "send()",
            Self::Whole => "whole",
            Self::Yours => "yours",
        }
    }
}

async fn whole(request: RequestBuilder) -> Result {
    request.send().await?.bytes().await?;
    Ok(())
}

const KINDS: [Kind; 7] =
    [Kind::Client, Kind::Request, Kind::Connect, Kind::Read, Kind::Send, Kind::Whole, Kind::Yours];
const YOURS: usize = 6;

fn print(table: &Lane, stalls: &Stalls, cells: &[[Outcome; KINDS.len()]]) {
    let row = |phase: &str, cells: [String; KINDS.len()]| {
        let cells: String = cells.iter().map(|cell| format!("{cell:>8}")).collect();
        table.say(format!("{phase:<14}{cells}"));
    };
    row("ms until cut", KINDS.map(|kind| kind.name().to_owned()));
    for ((phase, _), cells) in stalls.urls.iter().zip(cells) {
        row(phase, cells.map(word));
    }
}

fn word(outcome: Outcome) -> String {
    match outcome {
        Outcome::Done => "ok".into(),
        Outcome::Cut(after) => after.to_string(),
        Outcome::Hang => "HANGS".into(),
    }
}

/// One peer for each phase. They stay as long as this does.
struct Stalls {
    urls: Vec<(&'static str, String)>,
    _peers: Vec<Peer>,
    _full: (TcpListener, TcpStream),
}

impl Stalls {
    async fn start(Knobs { limit, drip }: Knobs) -> Result<Self> {
        let hop = limit / 4;
        let (full, occupied) = full().await?;
        let silent = Peer::start(|stream, _| hold(stream)).await?;
        let redirects = Peer::start(move |stream, _| redirect(stream, hop)).await?;
        let target = format!("https://{}/", silent.addr());
        let to_tls = Peer::start(move |s, _| redirect_once(s, target.clone(), hop)).await?;
        let headers = Peer::start(|stream, _| answer(stream, "", hold)).await?;
        let slow_headers = Peer::start(move |stream, _| {
            answer(stream, "HTTP/1.1 200 OK\r\nx: ", move |s| dripping(s, drip))
        })
        .await?;
        let body = Peer::start(|stream, _| answer(stream, HALF, hold)).await?;
        let slow_body =
            Peer::start(move |stream, _| answer(stream, HALF, move |s| dripping(s, drip))).await?;

        let http = |peer: &Peer| format!("http://{}/", peer.addr());
        let urls = vec![
            ("DNS", "http://never.test/".to_owned()),
            ("TCP connect", format!("http://{}/", full.local_addr()?)),
            ("TLS handshake", format!("https://{}/", silent.addr())),
            ("6 redirects", http(&redirects) + "6"),
            ("redirect, TLS", http(&to_tls)),
            ("headers", http(&headers)),
            ("headers drip", http(&slow_headers)),
            ("body", http(&body)),
            ("body drips", http(&slow_body)),
        ];
        let peers = vec![silent, redirects, to_tls, headers, slow_headers, body, slow_body];
        Ok(Self { urls, _peers: peers, _full: (full, occupied) })
    }
}

const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhello";

/// A listener whose queue is full: the kernel drops whoever else knocks.
async fn full() -> std::io::Result<(TcpListener, TcpStream)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener = socket.listen(0)?;
    let occupied = TcpStream::connect(listener.local_addr()?).await?;
    Ok((listener, occupied))
}

/// Says nothing more, and keeps the socket: letting go of it would be an end.
async fn hold(stream: TcpStream) {
    pending::<()>().await;
    drop(stream);
}

/// Reads a request, sends `text`, and goes on with `rest`.
async fn answer<F: Future<Output = ()>>(
    mut stream: TcpStream,
    text: &str,
    rest: impl FnOnce(TcpStream) -> F,
) {
    if read_head(&mut stream).await.is_some() && stream.write_all(text.as_bytes()).await.is_ok() {
        rest(stream).await;
    }
}

async fn dripping(mut stream: TcpStream, drip: Duration) {
    while stream.write_u8(b'x').await.is_ok() {
        sleep(drip).await;
    }
}

/// Each hop takes its time; none of them stalls. `/6` leads to `/5`, and `/0` is the end.
async fn redirect(mut stream: TcpStream, hop: Duration) {
    while let Some(head) = read_head(&mut stream).await {
        sleep(hop).await;
        let left: u32 = head.split(['/', ' ']).nth(2).and_then(|n| n.parse().ok()).unwrap_or(0);
        let answer = match left.checked_sub(1) {
            Some(next) => moved(&format!("/{next}")),
            None => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(),
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn redirect_once(stream: TcpStream, target: String, hop: Duration) {
    answer(stream, "", move |mut stream| async move {
        sleep(hop).await;
        if stream.write_all(moved(&target).as_bytes()).await.is_ok() {
            hold(stream).await;
        }
    })
    .await;
}

fn moved(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n")
}

/// A resolver that never answers. Addresses in digits do not ask it.
struct Never;

impl Resolve for Never {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(pending())
    }
}

/// A client without proxy and certificates: no handshake here gets so far.
fn builder() -> ClientBuilder {
    Client::builder().no_proxy().tls_certs_only([]).dns_resolver(Never)
}

fn main() -> ExitCode {
    rustls::crypto::ring::default_provider().install_default().expect("nobody did before");
    Manifest {
        title: "Two timeouts, and the call still never ends",
        crates: &["reqwest", "tokio"],
        article: &["2.2"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Settings])
}
