//! Calls over HTTP/2 share a connection. Some give up, and some that did not have to pay for it.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod pool;
    pub(crate) mod raise;
}

use axum::{Router, body::Body, routing::get};
use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, poll, stream};
use http::Uri;
use http_body_util::{BodyExt, Empty};
use hyper_util::{
    client::legacy::{
        Builder, Client, ResponseFuture,
        connect::{HttpConnector, dns::Name},
    },
    rt::{TokioExecutor, TokioTimer},
};
use labkit::{
    ok_or_err,
    prelude::*,
    witness::{Frame, FrameKind, Side, Tap, until},
};
use labkit_http::Site;
use std::{
    convert::Infallible,
    future::ready,
    iter::{Once, once},
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};
use tokio::{
    sync::{
        Notify,
        watch::{self, error::RecvError},
    },
    task::JoinSet,
};
use tokio_util::task::AbortOnDropHandle;
use tower::Service;

labkit::choice! {
    /// What the calls share when some of them give up.
    Case {
        /// A connection that has carried many calls.
        Used = "used",
        /// A connection that is still being made.
        New = "new",
    }
}

labkit::knobs! {
    /// What the calls share when some of them give up.
    case: Case = Case::Used;
    /// How many calls give up at once.
    calls: usize = 150, 1..=190, grid [50, 190];
    /// How often that happens.
    waves: usize = 12, 1..=30, grid [1, 7, 8, 24];
    /// How long the first call on a new connection is waited for.
    patience: Duration = 60, 1..=1000, grid [1, 200];
}

/// What a variant sets on a client that speaks HTTP/2 only.
trait Settings {
    fn set(client: &mut Builder);
}

/// The first call to a site: it makes the connection that the others wait for.
trait FirstCall {
    async fn first(get: ResponseFuture, patience: Duration) -> Result<Bytes>;
}

type Http = Client<HttpConnector<Names>, Empty<Bytes>>;

async fn scenario<S: Settings + FirstCall>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Used => used::<S>(&lab, knobs).await,
        Case::New => new::<S>(&lab, knobs).await,
    }
}

// ANCHOR: used
async fn used<S: Settings>(lab: &Lab, knobs: Knobs) -> Result {
    let world = World::start::<S>(lab).await?;
    world.name_is_known.send_replace(true);
    let export = world.export().await?;

    let mut failed = 0;
    for _ in 0..knobs.waves {
        world.wire.hold(Side::Server); // answers are on their way, and late
        world.calls_that_give_up(lab, knobs).await;
        world.wire.open();
        failed += usize::from(world.get("quick", "a call without a limit").await.is_err());
    }
    world.export_may_end.notify_one();

    lab.check_eq("calls without a limit that failed", 0, failed);
    lab.check_eq("the export, which has no limit either", "whole", &export.await?);
    lab.over();
    lab.check_eq("connections made", 1, world.wire.connections());
    Ok(())
}
// ANCHOR_END: used

// ANCHOR: new
async fn new<S: Settings + FirstCall>(lab: &Lab, knobs: Knobs) -> Result {
    let world = World::start::<S>(lab).await?;
    let get = world.http.get(world.uri("quick"));
    let first = world.callers.watch("the first call", S::first(get, knobs.patience));
    let first = first.limit("timeout", knobs.patience).outcome(ok_or_err);
    let mut first = pin!(first.with_own_limit(Result::is_err));
    let mut others = pin!(join_all((1..=3).map(|_| world.get("quick", "a call without a limit"))));
    // All of them have begun, in this order, and wait for the site's address.
    let (_, _) = (poll!(&mut first), poll!(&mut others));

    let answer = first.await;
    world.callers.say(format!("the first call gives up: {}", answer.is_err()));
    world.name_is_known.send_replace(true);
    let failed = others.await.iter().filter(|answer| answer.is_err()).count();
    lab.over();
    lab.check_eq("of 3 calls without a limit, failed", 0, failed);
    Ok(())
}
// ANCHOR_END: new

/// One client, one site, and the wire between them.
struct World {
    http: Http,
    wire: Tap,
    name_is_known: watch::Sender<bool>,
    callers: Lane,
    export: Lane,
    export_may_end: Arc<Notify>,
    gave_up: AtomicUsize,
    answered: Arc<AtomicUsize>,
    _site: Site,
}

impl World {
    async fn start<S: Settings>(lab: &Lab) -> Result<Self> {
        let (export_may_end, answered) = (Arc::new(Notify::new()), Arc::default());
        let site = Site::start(app(&export_may_end, &answered)).await?;
        let (on_wire, resets) = (lab.lane("wire"), AtomicUsize::new(0));
        let saw = move |side, frame: &Frame| saw(&on_wire, &resets, side, frame);
        let wire = Tap::start(site.addr(), saw).await?;
        let (name_is_known, known) = watch::channel(false);
        let mut client = Client::builder(TokioExecutor::new());
        S::set(client.timer(TokioTimer::new()).http2_only(true));
        Ok(Self {
            http: client.build(HttpConnector::new_with_resolver(Names { known })),
            wire,
            name_is_known,
            callers: lab.lane("callers"),
            export: lab.lane("export"),
            export_may_end,
            gave_up: AtomicUsize::new(0),
            answered,
            _site: site,
        })
    }

    fn uri(&self, path: &str) -> Uri {
        let uri = format!("http://site.test:{}/{path}", self.wire.addr().port());
        uri.parse().expect("a host, a port and a word")
    }

    /// A call that is waited for until it is over.
    async fn get(&self, path: &str, who: &str) -> Result<Bytes> {
        let answer = whole(self.http.get(self.uri(path))).await;
        if let Err(why) = &answer {
            self.callers.say(format!("{who} fails: {why:#}"));
        }
        answer
    }

    /// All at once, while what the site answers is still on its way.
    async fn calls_that_give_up(&self, lab: &Lab, knobs: Knobs) {
        let (mut calls, before) = (JoinSet::new(), self.answered.load(SeqCst));
        for _ in 0..knobs.calls {
            calls.spawn(whole(self.http.get(self.uri("quick"))));
        }
        until(ms(5000), || self.answered.load(SeqCst) >= before + knobs.calls).await;
        calls.shutdown().await;
        (0..knobs.calls).for_each(|_| lab.cancelled());
        let all = self.gave_up.fetch_add(knobs.calls, SeqCst) + knobs.calls;
        self.callers.gauge("calls that gave up", all, "");
    }

    /// A large answer without a limit. It has begun when this returns, and waits for the site to go on.
    async fn export(&self) -> Result<AbortOnDropHandle<String>> {
        let mut answer = self.http.get(self.uri("export")).await?;
        answer.frame().await.transpose()?;
        let (lane, watched) = (self.export.clone(), self.export.clone());
        let rest = watched.watch("the export", answer.collect());
        Ok(AbortOnDropHandle::new(tokio::spawn(async move {
            let end = match rest.await {
                Ok(_) => "whole".to_owned(),
                Err(why) => format!("{:#}", anyhow::Error::from(why)),
            };
            lane.say(format!("the export ends: {end}"));
            end
        })))
    }
}

/// The answer, once all of it is there.
async fn whole(get: ResponseFuture) -> Result<Bytes> {
    Ok(get.await?.collect().await?.to_bytes())
}

/// The client's own count, as far as a witness can have it: answers it did not know any more, one RST_STREAM each.
fn saw(wire: &Lane, resets: &AtomicUsize, side: Side, frame: &Frame) {
    match (side, frame.kind) {
        (Side::Client, FrameKind::RstStream) if !frame.is_cancel() => {
            let all = resets.fetch_add(1, SeqCst) + 1;
            if all.is_multiple_of(50) {
                wire.gauge("RST_STREAM for unknown answers", all, "");
            }
        }
        (_, FrameKind::GoAway) => {
            let (counted, code) = (resets.load(SeqCst), frame.code.unwrap_or_default());
            wire.say(format!(
                "{side:?} sends GOAWAY, code {code}, after {counted} answers it did not know"
            ));
        }
        _ => {}
    }
}

fn app(export_may_end: &Arc<Notify>, answered: &Arc<AtomicUsize>) -> Router {
    let (may_end, answered) = (export_may_end.clone(), answered.clone());
    let quick = move || ready(a_row(answered.clone()));
    let export = move || ready(half_and_half(may_end.clone()));
    Router::new().route("/quick", get(quick)).route("/export", get(export))
}

/// A small answer, counted when the server has taken all of it.
fn a_row(answered: Arc<AtomicUsize>) -> Body {
    let taken = stream::poll_fn(move |_| {
        answered.fetch_add(1, SeqCst);
        Poll::Ready(None)
    });
    Body::from_stream(stream::once(ready(Ok::<_, Infallible>("a row"))).chain(taken))
}

/// The second half comes when it may.
fn half_and_half(may_end: Arc<Notify>) -> Body {
    let second = async move {
        may_end.notified().await;
        Ok("second half")
    };
    Body::from_stream(stream::iter([Ok::<_, Infallible>("first half")]).chain(stream::once(second)))
}

/// Who knows where the site is, as soon as it is known.
#[derive(Clone)]
struct Names {
    known: watch::Receiver<bool>,
}

impl Service<Name> for Names {
    type Response = Once<SocketAddr>;
    type Error = RecvError;
    type Future =
        Pin<Box<dyn Future<Output = std::result::Result<Self::Response, RecvError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), RecvError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, _: Name) -> Self::Future {
        let mut known = self.known.clone();
        Box::pin(async move {
            known.wait_for(|known| *known).await?;
            Ok(once(SocketAddr::from(([127, 0, 0, 1], 0))))
        })
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "One team's timeouts, another team's errors",
        crates: &["hyper-util", "h2"],
        article: &["2.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Calls, wrong: pool, raise])
}
