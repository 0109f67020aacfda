//! One side says goodbye. It may have left, or it may only have said all it had to say.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use anyhow::bail;
use hyper::{
    Request, Response,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::rt::TokioIo;
use labkit::{Latch, OpenOnDrop, Owner, prelude::*};
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, copy, copy_bidirectional, duplex, split},
    join,
    sync::Notify,
    task::{JoinHandle, JoinSet},
    time::sleep_until,
    try_join,
};
use tokio_util::io::InspectReader;

labkit::choice! {
    /// Who hears a goodbye.
    Case {
        /// A proxy that passes on bytes, both ways.
        Relay = "relay",
        /// An HTTP server that works on an answer.
        Server = "server",
    }
}

labkit::knobs! {
    /// Who hears a goodbye.
    case: Case = Case::Relay;
    /// When the publisher has news: that long after its subscriber has left; 0: never.
    news: Duration = 0, 0..=1000, grid [100, 600];
    /// The pause between two pieces of the report.
    pause: Duration = 40, 5..=100, grid [100];
    /// How long a relay with such a limit bears silence.
    silence: Duration = 200, 150..=600, grid [600];
    /// When somebody looks at the proxy. An hour is 3600000.
    looks: Duration = 1500, 1500..=3_600_000;
}

/// Passes on what the two sides say until they are through with each other. `silence` is for those who limit it.
trait Relays {
    fn relay(
        client: Conn,
        server: Conn,
        silence: Duration,
    ) -> impl Future<Output = Result> + Send + 'static;
}

/// Answers what comes by one connection, until that is over.
trait Serves {
    fn serve(caller: Conn, handler: impl Handler) -> impl Future<Output = Result> + Send + 'static;
}

/// One end of a connection. Dropped, it is closed both ways.
type Conn = DuplexStream;

trait Handler:
    Service<
        Request<Incoming>,
        Response = Response<String>,
        Error = Infallible,
        Future: Send + 'static,
    > + Send
    + 'static
{
}
impl<S> Handler for S
where
    S: Service<Request<Incoming>, Response = Response<String>, Error = Infallible> + Send + 'static,
    S::Future: Send + 'static,
{
}

const PIECES: usize = 10;
const STEPS: usize = 8;
/// Nothing comes through the tunnel for so long, longer than any limit on silence.
const QUIET: Duration = ms(800);

async fn scenario<A: Relays + Serves>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Relay => relayed::<A>(&lab, knobs).await,
        Case::Server => served::<A>(&lab).await,
    }
}

// ANCHOR: relay
async fn relayed<A: Relays>(lab: &Lab, knobs: Knobs) -> Result {
    let mut proxy = Relaying::new(lab, knobs);
    let (stays, leaves) = (Owner::default(), Owner::default());
    let report = report(lab.lane("clerk"), proxy.connect::<A>("the clerk", &stays), knobs.pause);
    let words = tunnel(lab.lane("tunnel"), proxy.connect::<A>("the tunnel", &stays));
    let subscribed = proxy.connect::<A>("the subscriber", &leaves);
    let publisher = subscription(lab, subscribed, knobs.news, leaves);
    let (pieces, words, publisher) = join!(report, words, publisher);
    sleep_until(proxy.start + knobs.looks).await;
    lab.over();

    lab.check_eq("connections the proxy still has", 0, proxy.open.load(SeqCst));
    lab.check_eq("pieces of the report that the clerk gets", PIECES, pieces?);
    lab.check_eq("words that come through the quiet tunnel", 1, words?);
    drop(publisher?); // it kept its end until now
    Ok(())
}
// ANCHOR_END: relay

/// A clerk sends one line, says goodbye, and reads the answer to its end, as `nc -N` does.
async fn report(clerk: Lane, (mut client, mut server): Ends, pause: Duration) -> Result<usize> {
    let asks = async {
        client.write_all(b"the report, please").await?;
        client.shutdown().await?;
        clerk.say("has asked for the report, says goodbye, and listens");
        let mut pieces = vec![];
        client.read_to_end(&mut pieces).await?;
        clerk.say(format!("has read {} of {PIECES} pieces", pieces.len()));
        anyhow::Ok(pieces.len())
    };
    let answers = async {
        server.read_to_end(&mut vec![]).await?;
        for piece in 1..=PIECES {
            sleep(pause).await;
            if server.write_all(b"x").await.is_err() {
                clerk.say(format!("piece {piece} reaches nobody"));
                break;
            }
            clerk.gauge("pieces sent", piece, "");
        }
        drop(server);
        anyhow::Ok(())
    };
    Ok(try_join!(asks, answers)?.0)
}

/// Two who have nothing to say for a while, and then one word.
async fn tunnel(lane: Lane, (mut client, mut server): Ends) -> Result<usize> {
    lane.say("is open, and quiet");
    sleep(QUIET).await;
    let mut words = vec![];
    if client.write_all(b"a").await.is_ok() {
        drop(client);
        server.read_to_end(&mut words).await?;
    }
    lane.say(format!("after {} ms, {} of 1 word comes through", QUIET.as_millis(), words.len()));
    Ok(words.len())
}

/// A subscriber leaves. Its publisher hears that, and has nothing to say. It keeps its end, which this gives back.
async fn subscription(
    lab: &Lab,
    (client, mut server): Ends,
    news: Duration,
    leaves: Owner,
) -> Result<Conn> {
    let (subscriber, publisher) = (lab.lane("subscriber"), lab.lane("publisher"));
    sleep(ms(20)).await;
    subscriber.say("closes its connection");
    lab.cancelled();
    drop(client);
    leaves.left();
    server.read_to_end(&mut vec![]).await?;
    publisher.say("reads the end of the stream, and has no news");
    if !news.is_zero() {
        sleep(news).await;
        let sent = server.write_all(b"news").await;
        publisher.say(if sent.is_ok() { "sends news" } else { "has news, and nobody to tell" });
    }
    Ok(server)
}

/// The two ends of what goes through the proxy: the client's, the server's.
type Ends = (Conn, Conn);

/// A task for each connection, and a count of them.
struct Relaying {
    lane: Lane,
    open: Arc<AtomicUsize>,
    start: Instant,
    silence: Duration,
    relays: JoinSet<()>,
}

impl Relaying {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            lane: lab.lane("proxy"),
            open: Arc::default(),
            start: Instant::now(),
            silence: knobs.silence,
            relays: JoinSet::new(),
        }
    }

    fn connect<A: Relays>(&mut self, whose: &'static str, wanted_by: &Owner) -> Ends {
        let (client, at_client) = duplex(64);
        let (at_server, server) = duplex(64);
        let relay = A::relay(at_client, at_server, self.silence);
        let relay =
            self.lane.watch(whose.trim_start_matches("the "), relay).owned_by(wanted_by).quiet();
        let (lane, open) = (self.lane.clone(), self.open.clone());
        lane.gauge("connections", open.fetch_add(1, SeqCst) + 1, "");
        self.relays.spawn(async move {
            let end = relay.await;
            lane.gauge("connections", open.fetch_sub(1, SeqCst) - 1, "");
            lane.say(match end {
                Ok(()) => format!("is through with {whose}"),
                Err(why) => format!("ends with {whose}: {why:#}"),
            });
        });
        (client, server)
    }
}

// ANCHOR: server
async fn served<A: Serves>(lab: &Lab) -> Result {
    let (caller, leaver) = (lab.lane("caller"), lab.lane("leaver"));
    let (mut conn, served) = connect::<A>(lab, "caller's work");
    conn.write_all(REQUEST).await?;
    sleep(PATIENCE).await;
    caller.say("has nothing more to say: closes its sending half");
    conn.shutdown().await?;
    let mut answer = String::new();
    conn.read_to_string(&mut answer).await?;
    let status = answer.lines().next().unwrap_or("nothing").to_owned();
    caller.say(format!("reads {status}"));
    served.await?;

    let (mut conn, served) = connect::<A>(lab, "leaver's work");
    conn.write_all(REQUEST).await?;
    sleep(PATIENCE).await;
    leaver.say("has no more patience: closes its connection");
    lab.cancelled();
    drop(conn);
    served.await?;
    lab.check_eq("what the caller gets", "HTTP/1.1 200 OK", &status);
    Ok(())
}
// ANCHOR_END: server

const PATIENCE: Duration = ms(50);
const REQUEST: &[u8] = b"GET /report HTTP/1.1\r\nhost: lab\r\n\r\n";

/// A connection to the server, and a task that ends when the connection has, and the work that came by it.
fn connect<A: Serves>(lab: &Lab, whose: &'static str) -> (Conn, JoinHandle<()>) {
    let (conn, at_server) = duplex(1024);
    let (server, work, over) = (lab.lane("server"), lab.lane(whose), Latch::default());
    let handler = service_fn({
        let over = over.clone();
        move |_| work.watch("the work", report_of(work.clone(), over.open_on_drop()))
    });
    let serve = A::serve(at_server, handler);
    let task = tokio::spawn(async move {
        match serve.await {
            Ok(()) => server.say("is through with the connection"),
            Err(why) => server.say(format!("ends the connection: {why:#}")),
        }
        over.opened().await;
    });
    (conn, task)
}

async fn report_of(
    work: Lane,
    _over: OpenOnDrop,
) -> std::result::Result<Response<String>, Infallible> {
    for step in 1..=STEPS {
        sleep(ms(20)).await;
        work.gauge("steps", step, "");
    }
    work.say(format!("has done {STEPS} of {STEPS} steps"));
    Ok(Response::new("the report".to_owned()))
}

mod wrong {
    pub(crate) mod first;
    pub(crate) mod grace;
    pub(crate) mod idle;
    pub(crate) mod spawned;
    pub(crate) mod whole;
}

fn main() -> ExitCode {
    Manifest {
        title: "The night is quiet, and by morning the proxy is out of sockets",
        crates: &["tokio", "hyper"],
        article: &["2.1"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Proxy, wrong: first, grace, idle, spawned, whole],
    )
}
