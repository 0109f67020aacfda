//! Four kinds of work, and five ways to guard it: which guard stops which work, and what does the client see?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod abort;
    pub(crate) mod body_timeout;
    pub(crate) mod in_place;
    pub(crate) mod inner;
    pub(crate) mod unnamed;
}

use axum::{
    Router,
    body::{Body, Bytes},
    http::StatusCode,
    response::IntoResponse,
    routing::{MethodRouter, get},
};
use futures_util::stream;
use labkit::prelude::*;
use labkit_http::{Site, client};
use std::{
    convert::Infallible,
    fmt,
    ops::RangeInclusive,
    sync::{Arc, OnceLock},
};
use tokio::{
    sync::{Barrier, Notify},
    task::{JoinError, spawn_blocking},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tower_http::timeout::{ResponseBodyDeadlineLayer, TimeoutLayer};

labkit::knobs! {
    /// How long a request may take.
    limit: Duration = 100, 50..=2000, grid [50, 250, 550, 2000];
    /// How long the work of a request takes, in twenty steps.
    work: Duration = 600, 100..=2000, grid [600, 1000];
}

const STEPS: u32 = 20;

/// Work that ends this part of its length after the limit is not called late: timers and threads are not that exact.
const SPARE: u32 = 5;

/// Guards for a server, and for its two kinds of work that run outside of a handler. The defaults are no guard at all.
trait Guards: 'static {
    /// Whether the clients have a timeout.
    const CLIENT_TIMEOUT: bool = false;

    fn guard(app: Router, _limit: Duration) -> Router {
        app
    }
    fn task(work: Work) -> impl Future<Output = Reply> + Send {
        async { tokio::spawn(work.run()).await.map_err(lost) }
    }
    fn blocking(work: Work) -> impl Future<Output = Reply> + Send {
        async { spawn_blocking(move || work.block_all()).await.map_err(lost) }
    }
}

type Reply = std::result::Result<(), StatusCode>;

fn lost(_: JoinError) -> StatusCode {
    StatusCode::INTERNAL_SERVER_ERROR
}

struct Nothing;
impl Guards for Nothing {}

struct ClientTimeout;
impl Guards for ClientTimeout {
    const CLIENT_TIMEOUT: bool = true;
}

struct Layer;
impl Guards for Layer {
    fn guard(app: Router, limit: Duration) -> Router {
        app.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit))
    }
}

struct AbortOnDrop;
impl Guards for AbortOnDrop {
    fn guard(app: Router, limit: Duration) -> Router {
        Layer::guard(app, limit)
    }
    async fn task(work: Work) -> Reply {
        AbortOnDropHandle::new(tokio::spawn(work.run())).await.map_err(lost)
    }
    async fn blocking(work: Work) -> Reply {
        AbortOnDropHandle::new(spawn_blocking(move || work.block_all())).await.map_err(lost)
    }
}

struct BodyDeadline;
impl Guards for BodyDeadline {
    fn guard(app: Router, limit: Duration) -> Router {
        app.layer(ResponseBodyDeadlineLayer::new(limit))
    }
}

// ANCHOR: scenario
async fn scenario<S: Guards>(lab: Lab, knobs: Knobs) -> Result {
    let world = World { lab: lab.clone(), knobs, ready: Barrier::new(6 * 4) };
    let table = lab.lane("table");
    table.say(format!("{:20}{:14}{:14}{:14}Body", "", "Inline", "Task", "Blocking"));
    let (nothing, timeout, layer, abort, deadline, this) = tokio::try_join!(
        row::<Nothing>(&world, "nothing"),
        row::<ClientTimeout>(&world, "client timeout"),
        row::<Layer>(&world, "TimeoutLayer"),
        row::<AbortOnDrop>(&world, "layer + abort"),
        row::<BodyDeadline>(&world, "body deadline"),
        row::<S>(&world, "this server"),
    )?;
    for row in [&nothing, &timeout, &layer, &abort, &deadline, &this] {
        table.say(row.to_string().trim_end());
    }
    table.say("✓ the work stops · ✗ it runs on · + the connection can be used again");

    if knobs.limit > 3 * knobs.work {
        let undone = this.undone();
        let got = if undone.is_empty() { "none".to_owned() } else { undone.join(", ") };
        lab.check_that(
            "work of this server that had time and was not done",
            "none",
            got,
            undone.is_empty(),
        );
    }
    let (left, got) = this.runs_on();
    lab.check_that("work of this server that outlives its limit", "none", got, left == 0);
    Ok(())
}
// ANCHOR_END: scenario

/// Where a request's work is done.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// In the handler.
    Inline,
    /// In a task that the handler awaits.
    Task,
    /// On a blocking thread that the handler awaits.
    Blocking,
    /// In the body, after the handler has answered.
    Body,
}

/// All four kinds of work under one set of guards.
struct Row {
    name: &'static str,
    cells: [Cell; 4],
}

impl Row {
    /// How many kinds of work ran on, and which.
    fn runs_on(&self) -> (usize, String) {
        let late = self.names(|cell| cell.runs_on);
        let text = if late.is_empty() { "none".to_owned() } else { late.join(", ") };
        (late.len(), text)
    }

    /// Which kinds of work were never done.
    fn undone(&self) -> Vec<String> {
        self.names(|cell| !cell.done)
    }

    fn names(&self, which: impl Fn(&Cell) -> bool) -> Vec<String> {
        self.cells
            .iter()
            .filter(|cell| which(cell))
            .map(|cell| format!("{:?}", cell.kind))
            .collect()
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:20}", self.name)?;
        self.cells.iter().try_for_each(|cell| write!(f, "{:14}", cell.to_string()))
    }
}

/// A connection goes back to its pool in a task of the client's, some time after its answer was read.
const BACK_IN_POOL: Duration = ms(50);

/// What all requests share.
struct World {
    lab: Lab,
    knobs: Knobs,
    /// All begin when all are connected, so that no limit is spent on the way.
    ready: Barrier,
}

async fn row<G: Guards>(world: &World, name: &'static str) -> Result<Row> {
    let lane = world.lab.lane(name);
    lane.mark("four requests");
    let (inline, task, blocking, body) = tokio::try_join!(
        cell::<G>(world, &lane, Kind::Inline),
        cell::<G>(world, &lane, Kind::Task),
        cell::<G>(world, &lane, Kind::Blocking),
        cell::<G>(world, &lane, Kind::Body),
    )?;
    Ok(Row { name, cells: [inline, task, blocking, body] })
}

/// What came of one request.
struct Cell {
    kind: Kind,
    /// Its last step was done, at any time.
    done: bool,
    runs_on: bool,
    client_sees: String,
    reusable: bool,
}

impl fmt::Display for Cell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (work, link) =
            (if self.runs_on { '✗' } else { '✓' }, if self.reusable { " +" } else { "" });
        f.write_str(&format!("{work} {}{link}", self.client_sees))
    }
}

/// One server, one request for one kind of work, and its connection afterwards.
async fn cell<G: Guards>(world: &World, lane: &Lane, kind: Kind) -> Result<Cell> {
    let World { knobs, ready, .. } = world;
    let seen = Arc::new(Seen::default());
    let work = route::<G>(kind, knobs.work / STEPS, seen.clone());
    let app = Router::new().route("/work", work).route("/ping", get("pong"));
    let site = Site::start(G::guard(app, knobs.limit)).await?;
    let client =
        if G::CLIENT_TIMEOUT { client().timeout(knobs.limit) } else { client() }.build()?;

    connect(&client, &site).await?;
    // A thread for each that will block, so that none has to wait for its first step.
    spawn_blocking(|| std::thread::sleep(BACK_IN_POOL)).await?;
    ready.wait().await;
    let begun = Instant::now();
    let work = timeout(3 * knobs.work, seen.follow(lane, kind, knobs.limit));
    let (client_sees, followed) = tokio::join!(ask(&client, site.url("/work")), work);
    if followed.is_err() {
        lane.mark("the client left before its request was read");
    }
    let late = begun + knobs.limit + knobs.work / SPARE;
    let runs_on = seen.ended.get().is_some_and(|ended| *ended > late);

    sleep(BACK_IN_POOL).await;
    let accepted = site.accepted();
    let reusable = ping(&client, &site).await.is_ok() && site.accepted() == accepted;
    Ok(Cell { kind, done: seen.ended.get().is_some(), runs_on, client_sees, reusable })
}

/// Has a connection ready. The guard may hit a ping too, where the machine stalls for longer than its limit: then another.
async fn connect(client: &reqwest::Client, site: &Site) -> reqwest::Result<()> {
    for _ in 0..20 {
        if ping(client, site).await.is_ok() {
            return Ok(());
        }
    }
    ping(client, site).await
}

async fn ping(client: &reqwest::Client, site: &Site) -> reqwest::Result<()> {
    // An answer that is dropped unread may take its connection with it.
    client.get(site.url("/ping")).timeout(ms(10_000)).send().await?.bytes().await.map(drop)
}

/// What the client sees, in a word.
async fn ask(client: &reqwest::Client, url: String) -> String {
    let whole = async {
        let answer = client.get(url).send().await?;
        let status = answer.status();
        answer.bytes().await.map(|_| status)
    };
    match whole.await {
        Ok(status) => status.as_str().to_owned(),
        Err(error) if error.is_timeout() => "timeout".to_owned(),
        Err(error) if error.is_decode() => "200, cut".to_owned(),
        Err(error) => error.to_string(),
    }
}

fn route<G: Guards>(kind: Kind, step: Duration, seen: Arc<Seen>) -> MethodRouter {
    get(async move || {
        let work = Work { step, seen };
        match kind {
            Kind::Inline => {
                work.run().await;
                Ok(StatusCode::OK.into_response())
            }
            Kind::Task => G::task(work).await.map(IntoResponse::into_response),
            Kind::Blocking => G::blocking(work).await.map(IntoResponse::into_response),
            Kind::Body => Ok(work.stream().into_response()),
        }
    })
}

/// What became of a request's work.
#[derive(Default)]
struct Seen {
    ended: OnceLock<Instant>,
    all_done: Notify,
    /// It was dropped, done or not.
    dropped: Notify,
}

impl Seen {
    /// Follows the work, as a span that ends with the last step or is dropped with the work.
    async fn follow(&self, lane: &Lane, kind: Kind, limit: Duration) {
        let span = lane.watch(&format!("{kind:?}"), self.all_done.notified()).quiet();
        let span = span.limit("limit", limit);
        select! {
            biased;
            () = span => {}
            () = self.dropped.notified() => {}
        }
    }
}

/// The work of a request: twenty steps.
struct Work {
    step: Duration,
    seen: Arc<Seen>,
}

impl Work {
    fn steps(&self) -> RangeInclusive<u32> {
        1..=STEPS
    }

    async fn run(self) {
        for step in self.steps() {
            sleep(self.step).await;
            self.did(step);
        }
    }

    fn block(&self, step: u32) {
        std::thread::sleep(self.step);
        self.did(step);
    }

    fn block_all(self) {
        self.steps().for_each(|step| self.block(step));
    }

    fn stream(self) -> Body {
        Body::from_stream(stream::unfold((1, self), async |(step, work)| {
            if step > STEPS {
                return None;
            }
            sleep(work.step).await;
            work.did(step);
            Some((Ok::<_, Infallible>(Bytes::from_static(b"step ")), (step + 1, work)))
        }))
    }

    fn did(&self, step: u32) {
        if step == STEPS {
            self.seen.ended.set(Instant::now()).expect("one request each");
            self.seen.all_done.notify_one();
        }
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.seen.dropped.notify_one();
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Every 504 is on time, and the load climbs",
        crates: &["axum", "tower-http", "tokio-util", "reqwest"],
        article: &["2.5"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Server, wrong: abort, body_timeout, in_place, inner, unnamed],
    )
}
