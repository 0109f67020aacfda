//! Callers with a timeout, and a server that stops in the middle of its answer. Whoever gives up must be gone, connection included.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{
    prelude::*,
    witness::{Peer, read_head, sockets, until},
};
use reqwest::Client;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    task::JoinSet,
    time::timeout_at,
};

labkit::knobs! {
    /// How long a caller is ready to wait.
    patience: Duration = 200, 100..=1000, grid [100, 400];
    /// How long the server stops in the middle of a body.
    stall: Duration = 5000, 10..=30000, grid [50, 350, 1000];
    /// How many call at once.
    callers: usize = 20, 1..=50, grid [1, 50];
}

/// What a variant brings: it gets a text, or gives up after its patience.
trait Fetch: Send + Sync + 'static {
    fn new(client: Client, patience: Duration) -> Self;
    fn fetch(&self, url: &str) -> impl Future<Output = Result<String>> + Send;
}

/// On a busy machine a timer may be late. Nobody is called late before three times the patience.
const SPARE: u32 = 3;

// ANCHOR: scenario
async fn scenario<F: Fetch>(lab: Lab, knobs: Knobs) -> Result {
    let server = Server::new(&lab, knobs.stall);
    let talking = server.clone();
    let peer = Peer::start(move |stream, _| talking.clone().talk(stream)).await?;

    let caller = lab.lane("callers");
    caller.say(format!("{} call at once", knobs.callers));
    let fetcher = Arc::new(F::new(labkit_http::client().build()?, knobs.patience));
    let mut calls = JoinSet::new();
    for _ in 0..knobs.callers {
        let (caller, fetcher, url) =
            (caller.clone(), fetcher.clone(), format!("http://{}/", peer.addr()));
        calls.spawn(async move {
            let fetch = caller.watch("fetch()", fetcher.fetch(&url));
            fetch.with_own_limit(Result::is_err).quiet().await
        });
    }
    let tally = count(&caller, &mut calls, Instant::now() + SPARE * knobs.patience).await?;
    caller.say(tally.to_string());

    lab.check_eq("callers that still wait after 3 × their patience", 0, tally.waiting);
    let is_closed = || sockets(peer.addr()).is_ok_and(|s| s.client_established() == 0);
    if tally.waiting == 0 {
        until(ms(2000), is_closed).await;
    }
    let open = sockets(peer.addr())?.client_established();
    lab.check_eq("sockets the kernel still calls ESTABLISHED", 0, open);

    calls.shutdown().await;
    until(ms(2000), || server.open.load(SeqCst) == 0).await;
    Ok(())
}
// ANCHOR_END: scenario

/// What became of the callers.
#[derive(Default)]
struct Tally {
    answered: usize,
    slowest: Duration,
    gave_up: usize,
    waiting: usize,
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { answered, slowest, gave_up, waiting } = self;
        write!(f, "{answered} have an answer, {gave_up} gave up, {waiting} still wait")?;
        match answered {
            0 => Ok(()),
            _ => write!(f, "; the last answer took {} ms", slowest.as_millis()),
        }
    }
}

/// Follows the calls until all are done, or until `end`.
async fn count(caller: &Lane, calls: &mut JoinSet<Result<String>>, end: Instant) -> Result<Tally> {
    let (mut tally, begun) = (Tally { waiting: calls.len(), ..Tally::default() }, Instant::now());
    caller.gauge("callers waiting", tally.waiting, "");
    while let Ok(Some(call)) = timeout_at(end, calls.join_next()).await {
        match call? {
            Ok(_) => (tally.answered, tally.slowest) = (tally.answered + 1, begun.elapsed()),
            Err(why) => {
                if tally.gave_up == 0 {
                    caller.say(format!("the first gives up: {why:#}"));
                }
                tally.gave_up += 1;
            }
        }
        tally.waiting = calls.len();
        caller.gauge("callers waiting", tally.waiting, "");
    }
    Ok(tally)
}

/// It sends its headers and half of the body at once, then stops for a while.
#[derive(Clone)]
struct Server {
    lane: Lane,
    stall: Duration,
    open: Arc<AtomicUsize>,
    stalled: Arc<AtomicUsize>,
}

impl Server {
    fn new(lab: &Lab, stall: Duration) -> Self {
        Self { lane: lab.lane("server"), stall, open: Arc::default(), stalled: Arc::default() }
    }

    async fn talk(self, mut stream: TcpStream) {
        self.lane.gauge("open connections", self.open.fetch_add(1, SeqCst) + 1, "");
        if self.answer(&mut stream).await.is_none() {
            self.lane.mark("a caller hung up in the middle of the body");
        }
        self.lane.gauge("open connections", self.open.fetch_sub(1, SeqCst) - 1, "");
    }

    /// `None` where the caller left before it had the whole answer.
    async fn answer(&self, stream: &mut TcpStream) -> Option<()> {
        read_head(stream).await?;
        let head = b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\nconnection: close\r\n\r\n";
        stream.write_all(head).await.ok()?;
        stream.write_all(b"hello").await.ok()?;
        if self.stalled.fetch_add(1, SeqCst) == 0 {
            self.lane.say("sends headers and 5 of 10 bytes, to each of them, and stops");
        }
        select! {
            // It sends nothing more, so all that can be read is that it left.
            _ = stream.read_u8() => None,
            () = sleep(self.stall) => stream.write_all(b"world").await.ok(),
        }
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "A timeout, and twenty requests that wait for ever",
        crates: &["reqwest", "tokio"],
        article: &["1.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Fetcher])
}
