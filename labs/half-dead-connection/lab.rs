//! A network path dies without a word. A call that gives up on it must not be followed by others on the same dead connection.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod connect_timeout;
    pub(crate) mod idle;
    pub(crate) mod no_interval;
    pub(crate) mod shorter;
    pub(crate) mod tcp_keepalive;
}

use axum::{Router, routing::get};
use labkit::{
    ok_or_err,
    prelude::*,
    witness::{Frame, FrameKind, Side, Tap, until},
};
use labkit_http::{Site, causes, timed_out};
use reqwest::{Client, ClientBuilder, RequestBuilder, StatusCode};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use tokio::task::JoinSet;

labkit::choice! {
    /// What client and server speak.
    Protocol {
        /// HTTP/2: all calls share one connection.
        H2 = "h2",
        /// HTTP/1.1: a connection carries one call at a time.
        H1 = "h1",
    }
}

labkit::knobs! {
    /// What client and server speak.
    protocol: Protocol = Protocol::H2;
    /// How long a call is waited for.
    patience: Duration = 150, 100..=500, grid [300];
    /// How long the fixed client waits before it sends a ping, and then for its answer.
    ping: Duration = 140, 20..=300, grid [40, 250];
    /// How long the pool keeps a connection that nobody asks for. 90 s unless told otherwise.
    idle: Duration = 90000, 50..=90000, grid [100, 1000];
    /// How many callers share the client; they take turns.
    callers: u32 = 1, 1..=5, grid [3];
}

/// What a call, and what a connection may cost.
struct Limits {
    patience: Duration,
    ping: Duration,
}

/// What a variant brings: the settings of a client.
trait Configure {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client>;
}

const CALLS: usize = 6;
/// For the first call, which is to succeed: a busy machine may need more than anybody's patience.
const CALM: Duration = ms(5000);
/// The pause before the next call, in which a connection finds back to the pool. Cut short where the connection closes.
const PAUSE: Duration = ms(30);

// ANCHOR: scenario
async fn scenario<C: Configure>(lab: Lab, knobs: Knobs) -> Result {
    let wire = Arc::new(Wire { lane: lab.lane("wire"), dead: AtomicBool::new(false) });
    let server = Site::start(Router::new().route("/", get("ok"))).await?;
    let path = path(knobs.protocol, wire.clone(), server.addr()).await?;
    let limits = Limits { patience: knobs.patience, ping: knobs.ping };
    let client = C::build(builder(knobs), limits)?;
    let caller = Caller { client, lane: lab.lane("client"), path: Arc::new(path) };

    caller.call("the first call", caller.get().timeout(CALM), CALM).await?;
    wire.dies(&caller.path);

    let mut callers = JoinSet::new();
    for number in 0..knobs.callers {
        let caller = if number == 0 { caller.clone() } else { caller.beside(&lab, number) };
        callers.spawn(caller.calls(knobs, number));
    }
    for last in callers.join_all().await {
        lab.check_eq("the answer to a caller's last call", "200 OK", &last);
    }
    let made = caller.path.connections();
    lab.over();
    lab.check_that("connections made, the dead one included", "2 or more", made, made >= 2);
    Ok(())
}
// ANCHOR_END: scenario

#[derive(Clone)]
struct Caller {
    client: Client,
    lane: Lane,
    path: Arc<Tap>,
}

impl Caller {
    /// One more, who uses the same client.
    fn beside(&self, lab: &Lab, number: u32) -> Self {
        Self { lane: lab.lane(&format!("client {}", number + 1)), ..self.clone() }
    }

    /// Calls, one after the other, and gives back the last answer. Callers who begin at different times take turns.
    async fn calls(self, knobs: Knobs, number: u32) -> String {
        sleep(knobs.patience * number / knobs.callers).await;
        let (mut timeouts, mut last) = (0, String::new());
        for n in 1..=CALLS {
            last = match self.call(&format!("call {n}"), self.get(), knobs.patience).await {
                Ok(status) => status.to_string(),
                Err(why) => {
                    timeouts += usize::from(why.is_timeout());
                    self.look_at_the_connection().await;
                    "none".into()
                }
            };
        }
        self.lane.say(format!("{timeouts} of {CALLS} calls timed out"));
        last
    }

    fn get(&self) -> RequestBuilder {
        self.client.get(format!("http://{}/", self.path.addr()))
    }

    async fn call(
        &self,
        name: &str,
        request: RequestBuilder,
        limit: Duration,
    ) -> reqwest::Result<StatusCode> {
        let call = self.lane.watch(name, request.send()).with_own_limit(timed_out).quiet();
        let answer = call.limit("timeout", limit).outcome(ok_or_err).await;
        match &answer {
            Ok(answer) => self.lane.say(format!("{name}: {}", answer.status())),
            Err(why) => self.lane.say(format!("{name}: {}", causes(why))),
        }
        let status = answer?.status();
        self.count_connections();
        sleep(PAUSE).await;
        Ok(status)
    }

    /// What became of the connection the call had used: the other end sees whether it is closed.
    async fn look_at_the_connection(&self) {
        match until(PAUSE, || self.open_connections() == 0).await {
            true => self.lane.say("… and its connection is closed"),
            false => self.lane.say("… and its connection is still open"),
        }
        self.count_connections();
    }

    fn open_connections(&self) -> usize {
        self.path.connections() - self.path.clients_gone()
    }

    fn count_connections(&self) {
        self.lane.gauge("open connections", self.open_connections(), "");
    }
}

/// What passes between client and server, and whether it arrives.
struct Wire {
    lane: Lane,
    dead: AtomicBool,
}

impl Wire {
    fn dies(&self, path: &Tap) {
        self.dead.store(true, SeqCst);
        path.silence();
        self.lane.say("the path goes silent: no FIN, no RST. New connections would get through");
    }

    /// Tells what the client still sends into the dead path.
    fn saw(&self, side: Side, frame: &Frame) {
        if side == Side::Client && self.dead.load(SeqCst) {
            match frame.kind {
                FrameKind::RstStream => self.lane.mark("RST_STREAM CANCEL, for nobody"),
                FrameKind::Ping => self.lane.say("PING, for nobody"),
                FrameKind::Headers => self.lane.mark(format!("HEADERS {}", frame.stream)),
                _ => {}
            }
        }
    }
}

async fn path(protocol: Protocol, wire: Arc<Wire>, server: SocketAddr) -> std::io::Result<Tap> {
    match protocol {
        Protocol::H2 => Tap::start(server, move |side, frame| wire.saw(side, frame)).await,
        Protocol::H1 => Tap::relay(server, |_, _| ()).await,
    }
}

fn builder(knobs: Knobs) -> ClientBuilder {
    let builder = labkit_http::client().pool_idle_timeout(knobs.idle);
    match knobs.protocol {
        Protocol::H2 => builder.http2_prior_knowledge(),
        Protocol::H1 => builder,
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "All is green again, and one service still times out",
        crates: &["reqwest", "hyper"],
        article: &["2.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Settings, wrong: connect_timeout, idle, no_interval, shorter, tcp_keepalive])
}
