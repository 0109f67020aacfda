//! Callers with a timeout, and a server that stops in the middle of its answer. Whoever gives up must be gone, connection included.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod chunks;
    pub(crate) mod steps;
}

use labkit::{
    lapse, ok_or_err,
    prelude::*,
    witness::{Peer, read_head, sockets, until},
};
use reqwest::Client;
use std::{
    io,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp::WriteHalf},
    task::JoinSet,
};

labkit::knobs! {
    /// How long a caller is ready to wait.
    patience: Duration = 200, 100..=1000, grid [100, 400, 1000];
    /// How long the server waits before its headers.
    head: Duration = 0, 0..=1000, grid [900];
    /// How long the server stops in the middle of a body.
    stall: Duration = 5000, 10..=30000, grid [50, 350, 1000];
    /// How many call at once.
    callers: usize = 20, 1..=50, grid [1, 50];
    /// In how many pieces, each after a pause of half the patience, the rest of the body comes. One comes after the stall.
    pieces: usize = 1, 1..=20, grid [20];
}

/// What a variant brings: it gets a text, or gives up after its patience.
trait Fetch: Send + Sync + 'static {
    fn new(client: Client, patience: Duration) -> Self;
    fn fetch(&self, url: &str) -> impl Future<Output = Result<String>> + Send;
}

/// On a busy machine a timer may be late: nobody is called late before three times the patience, or half a second more.
fn late(patience: Duration) -> Duration {
    patience + (2 * patience).min(ms(500))
}

async fn scenario<F: Fetch>(lab: Lab, knobs: Knobs) -> Result {
    let server = Server::new(&lab, knobs);
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
            let fetch = caller.watch("fetch()", fetcher.fetch(&url)).outcome(ok_or_err);
            fetch.limit("timeout", knobs.patience).with_own_limit(Result::is_err).quiet().await
        });
    }
    let tally = count(&caller, &mut calls, lapse(late(knobs.patience))).await?;
    caller.say(tally.to_string());

    lab.check_eq("callers that still wait after 3 × their patience", 0, tally.waiting);
    let is_closed = || sockets(peer.addr()).is_ok_and(|s| s.client_established() == 0);
    if tally.waiting == 0 {
        until(ms(2000), is_closed).await;
    }
    let open = sockets(peer.addr())?.client_established();
    lab.over();
    lab.check_eq("sockets the kernel still calls ESTABLISHED", 0, open);

    calls.shutdown().await;
    until(ms(2000), || server.open.load(SeqCst) == 0).await;
    Ok(())
}

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
async fn count(
    caller: &Lane,
    calls: &mut JoinSet<Result<String>>,
    end: impl Future<Output = ()>,
) -> Result<Tally> {
    let mut end = pin!(end);
    let (mut tally, begun) = (Tally { waiting: calls.len(), ..Tally::default() }, Instant::now());
    caller.gauge("callers waiting", tally.waiting, "");
    while let Some(call) = select! {
        biased;
        call = calls.join_next() => call,
        () = &mut end => None,
    } {
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
    knobs: Knobs,
    open: Arc<AtomicUsize>,
    stalled: Arc<AtomicUsize>,
}

impl Server {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self { lane: lab.lane("server"), knobs, open: Arc::default(), stalled: Arc::default() }
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
        let (mut reader, mut writer) = stream.split();
        let talk = async {
            sleep(self.knobs.head).await;
            self.write(&mut writer).await.ok()
        };
        select! {
            // A caller sends nothing more, so all that can be read is that it left.
            _ = reader.read_u8() => None,
            written = talk => written,
        }
    }

    async fn write(&self, stream: &mut WriteHalf<'_>) -> io::Result<()> {
        let Knobs { pieces, stall, patience, .. } = self.knobs;
        let (pause, piece) = if pieces == 1 { (stall, "world") } else { (patience / 2, ".") };
        let whole = "hello".len() + pieces * piece.len();
        // ANCHOR: server
        let head =
            format!("HTTP/1.1 200 OK\r\ncontent-length: {whole}\r\nconnection: close\r\n\r\n");
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(b"hello").await?;
        // ANCHOR_END: server
        if self.stalled.fetch_add(1, SeqCst) == 0 {
            self.lane
                .say(format!("sends headers and 5 of {whole} bytes, to each of them, and stops"));
        }
        for _ in 0..pieces {
            sleep(pause).await;
            stream.write_all(piece.as_bytes()).await?;
        }
        Ok(())
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The timeout is in the code, and memory runs out",
        crates: &["reqwest", "tokio"],
        article: &["1.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Fetcher, wrong: chunks, steps])
}
