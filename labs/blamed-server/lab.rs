//! A server answers at once, and the client reports that it did not. Whose time was it?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use axum::{
    Router,
    body::Body,
    extract::{Path, State},
    routing::get,
};
use bytes::Bytes;
use futures_util::{
    StreamExt,
    future::{join_all, pending, ready},
    stream,
};
use labkit::{Latch, ok_or_err, prelude::*, witness::until};
use labkit_http::{Site, causes};
use reqwest::{Client, ClientBuilder, RequestBuilder, Response};
use std::{
    convert::Infallible,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    join,
    sync::Semaphore,
    task::{block_in_place, spawn_blocking},
};
use tokio_util::task::AbortOnDropHandle;

labkit::choice! {
    /// What the caller does while an answer is on its way.
    Case {
        /// It stores the page before, in a loop over calls that run side by side.
        Stream = "stream",
        /// It computes, in the same task.
        Thread = "thread",
        /// It waits for a place among its own calls.
        Queue = "queue",
        /// It stores the chunk before, of the same answer.
        Chunks = "chunks",
    }
}

labkit::knobs! {
    /// What the caller does while an answer is on its way.
    case: Case = Case::Stream;
    /// How long an answer may take.
    limit: Duration = 300, 200..=1000, grid [1000];
    /// How long it takes to store a page or a chunk, or to compute.
    work: Duration = 400, 1..=1000, grid [50, 700];
    /// Size of a page in kB.
    kb: usize = 1, 1..=2000, grid [1000];
}

/// Fetches all pages, four side by side, and stores them one after the other.
trait Imports {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows);
}

/// Fetches a page while an index is computed.
trait Shows {
    async fn show(page: Page, limit: Duration, index: impl Index) -> Result<Bytes>;
}

/// Fetches a page as soon as there is a place for one more call.
trait Asks {
    async fn ask(places: &Semaphore, page: Page, limit: Duration) -> Result<Bytes>;
}

/// Stores an answer chunk by chunk. A server that stops in between is given up.
trait Reads {
    fn client(builder: ClientBuilder, limit: Duration) -> ClientBuilder;
    async fn read(answer: Response, limit: Duration, rows: &Rows) -> Result;
}

trait Index: FnOnce() + Send + 'static {}
impl<F: FnOnce() + Send + 'static> Index for F {}

async fn scenario<A: Imports + Shows + Asks + Reads>(lab: Lab, knobs: Knobs) -> Result {
    let world = World::start(&lab, knobs).await?;
    match knobs.case {
        Case::Stream => imported::<A>(&lab, &world).await,
        Case::Thread => shown::<A>(&lab, &world).await?,
        Case::Queue => asked::<A>(&lab, &world).await,
        Case::Chunks => read::<A>(&lab, &world).await?,
    }
    Ok(())
}

// ANCHOR: stream
async fn imported<A: Imports>(lab: &Lab, world: &World) {
    let pages = ["first", "second", "third", "hangs"].map(|name| world.page(name));
    let rows = world.rows();
    A::import(pages.into(), world.knobs.limit, &rows).await;

    let answered = world.server.answered.load(SeqCst);
    lab.check_eq("pages that are stored, of those the server answered", answered, rows.stored());
    lab.check_eq("pages that are given up; one of them hangs", 1, rows.given_up());
}
// ANCHOR_END: stream

// ANCHOR: thread
async fn shown<A: Shows>(lab: &Lab, world: &World) -> Result {
    let limit = world.knobs.limit;
    let hangs = AbortOnDropHandle::new(tokio::spawn(world.page("hangs").fetch(limit)));
    until(limit / 2, || world.server.seen.load(SeqCst) == 1).await;
    world.page("warm-up").fetch(limit).await?; // leaves a connection for the next
    let shown = A::show(world.page("second"), limit, world.index()).await;
    lab.check_eq("the page that the server answered", "whole", told(&shown));
    lab.check_eq("the page that hangs", "given up", told(&hangs.await?));
    Ok(())
}
// ANCHOR_END: thread

// ANCHOR: queue
async fn asked<A: Asks>(lab: &Lab, world: &World) {
    let (places, limit) = (Semaphore::new(2), world.knobs.limit);
    let exports = ["export"; 2].map(|name| A::ask(&places, world.page(name), 10 * limit));
    let lookups = ["lookup", "lookup", "lookup", "lookup", "hangs"];
    let lookups = lookups.map(|name| A::ask(&places, world.page(name), limit));
    let (_, answers) = join!(join_all(exports), join_all(lookups));

    let given_up = answers.iter().filter(|answer| answer.is_err()).count();
    let seen = world.server.seen.load(SeqCst) - 2;
    if let Some(why) = answers.iter().find_map(|answer| answer.as_ref().err()) {
        world.client.say(format!("{given_up} of 5 short calls fail: {why}"));
    }
    world.server.lane.say(format!("has seen {seen} of the short calls"));
    lab.check_eq("short calls that failed, and the server never saw", 0, 5 - seen);
    lab.check_eq("short calls that are answered", 4, 5 - given_up);
}
// ANCHOR_END: queue

// ANCHOR: chunks
async fn read<A: Reads>(lab: &Lab, world: &World) -> Result {
    let limit = world.knobs.limit;
    let http = A::client(labkit_http::client(), limit).build()?;
    let [feed, stalls] = ["/feed", "/stalls"].map(|path| http.get(world.site.url(path)).send());
    let (feed, stalls) = (feed.await?, stalls.await?);
    let (rows, no_rows) = (world.rows(), world.rows());
    let feed = world.client.watch("/feed", A::read(feed, limit, &rows));
    let stalls = world.client.watch("/stalls", A::read(stalls, limit, &no_rows));
    let (feed, stalls) =
        join!(feed.with_own_limit(Result::is_err), stalls.with_own_limit(Result::is_err));
    for (name, end) in [("/feed", &feed), ("/stalls", &stalls)] {
        world.client.say(format!("{name}: {}", told(end)));
    }
    lab.check_eq("chunks of the feed that are stored", 3, rows.stored());
    lab.check_eq("the feed that stalls", "given up", told(&stalls));
    Ok(())
}
// ANCHOR_END: chunks

fn told<T>(answer: &Result<T>) -> &'static str {
    if answer.is_ok() { "whole" } else { "given up" }
}

/// A client, a server, and what each saw.
struct World {
    knobs: Knobs,
    http: Client,
    client: Lane,
    work: Lane,
    server: Arc<Server>,
    site: Site,
}

impl World {
    async fn start(lab: &Lab, knobs: Knobs) -> Result<Self> {
        let server = Arc::new(Server {
            knobs,
            lane: lab.lane("server"),
            busy: Latch::default(),
            seen: AtomicUsize::new(0),
            answered: AtomicUsize::new(0),
        });
        let pages = Router::new()
            .route("/feed", get(feed))
            .route("/stalls", get(stalls))
            .route("/{page}", get(page))
            .with_state(server.clone());
        Ok(Self {
            knobs,
            http: labkit_http::client().build()?,
            client: lab.lane("client"),
            work: lab.lane("work"),
            server,
            site: Site::start(pages).await?,
        })
    }

    fn page(&self, name: &str) -> Page {
        let (http, client) = (self.http.clone(), self.client.clone());
        Page { path: format!("/{name}"), url: self.site.url(&format!("/{name}")), http, client }
    }

    fn rows(&self) -> Rows {
        Rows {
            lane: self.work.clone(),
            takes: self.knobs.work,
            busy: self.server.busy.clone(),
            stored: AtomicUsize::new(0),
            given_up: AtomicUsize::new(0),
        }
    }

    /// Something that computes, and holds its thread for as long.
    fn index(&self) -> impl Index + use<> {
        let (lane, busy, takes) = (self.work.clone(), self.server.busy.clone(), self.knobs.work);
        move || {
            lane.say(format!("computes for {} ms", takes.as_millis()));
            busy.open();
            std::thread::sleep(takes);
        }
    }
}

/// A page of the site, which has not been asked for yet.
struct Page {
    path: String,
    url: String,
    http: Client,
    client: Lane,
}

// ANCHOR: fetch
impl Page {
    async fn fetch(self, limit: Duration) -> Result<Bytes> {
        let get = self.http.get(&self.url).timeout(limit);
        self.whole(get, Some(limit)).await
    }

    async fn fetch_without_limit(self) -> Result<Bytes> {
        let get = self.http.get(&self.url);
        self.whole(get, None).await
    }

    async fn whole(&self, get: RequestBuilder, limit: Option<Duration>) -> Result<Bytes> {
        let (path, start) = (&self.path, Instant::now());
        let answer = async { get.send().await?.bytes().await };
        let mut answer = self.client.watch(path, answer).outcome(ok_or_err);
        if let Some(limit) = limit {
            answer = answer.limit("timeout", limit);
        }
        let answer = answer.with_own_limit(|answer| answer.is_err()).await;
        let took = start.elapsed().as_millis();
        self.client.say(match &answer {
            Ok(_) => format!("{path}: Ok after {took} ms"),
            Err(why) => format!("{path}: {} after {took} ms", causes(why)),
        });
        Ok(answer?)
    }
}
// ANCHOR_END: fetch

/// Where answers go, one after the other.
struct Rows {
    lane: Lane,
    takes: Duration,
    busy: Latch,
    stored: AtomicUsize,
    given_up: AtomicUsize,
}

impl Rows {
    // ANCHOR: store
    async fn store(&self, answer: Result<Bytes>) {
        if answer.is_err() {
            self.given_up.fetch_add(1, SeqCst);
            return;
        }
        self.busy.open();
        self.lane.watch("stores", sleep(self.takes)).await;
        self.stored.fetch_add(1, SeqCst);
    }
    // ANCHOR_END: store

    fn stored(&self) -> usize {
        self.stored.load(SeqCst)
    }

    fn given_up(&self) -> usize {
        self.given_up.load(SeqCst)
    }
}

struct Server {
    knobs: Knobs,
    lane: Lane,
    /// The client has begun to work on something.
    busy: Latch,
    seen: AtomicUsize,
    answered: AtomicUsize,
}

/// So that the client hears of the third answer after the second, and comes to it after that: which of two answers a
/// `buffered` looks at first is decided by which of them came first.
const AFTER_THE_SECOND: Duration = Duration::from_millis(5);

/// An answer takes no time. The first one comes when all have been asked for, the next ones when the client has the first.
async fn page(State(server): State<Arc<Server>>, Path(name): Path<String>) -> Bytes {
    let start = Instant::now();
    server.seen.fetch_add(1, SeqCst);
    match &*name {
        "hangs" => pending().await,
        "export" => sleep(2 * server.knobs.limit).await,
        "first" => drop(until(server.knobs.limit / 2, || server.seen.load(SeqCst) == 4).await),
        "second" => server.busy.opened().await,
        "third" => {
            server.busy.opened().await;
            sleep(AFTER_THE_SECOND).await;
        }
        _ => {}
    }
    server.answered.fetch_add(1, SeqCst);
    server.lane.say(format!("has answered /{name} after {} ms", start.elapsed().as_millis()));
    vec![b'x'; server.knobs.kb * 1000].into()
}

/// Three chunks. The first comes at once, the others while the client works on it.
async fn feed(State(server): State<Arc<Server>>) -> Body {
    let rest = stream::once(async move {
        server.busy.opened().await;
        server.lane.say("has sent all of /feed");
        stream::iter(["two", "three"])
    });
    chunks(stream::once(ready("one")).chain(rest.flatten()))
}

async fn stalls() -> Body {
    chunks(stream::once(ready("one")).chain(stream::pending()))
}

fn chunks(chunks: impl futures_util::Stream<Item = &'static str> + Send + 'static) -> Body {
    Body::from_stream(chunks.map(Ok::<_, Infallible>))
}

/// A popular fix is one of one case or two. In the others, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Imports) => {
        impl Imports for App {
            async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
                fixed::App::import(pages, limit, rows).await;
            }
        }
    };
    (@Shows) => {
        impl Shows for App {
            async fn show(page: Page, limit: Duration, index: impl Index) -> Result<Bytes> {
                fixed::App::show(page, limit, index).await
            }
        }
    };
    (@Asks) => {
        impl Asks for App {
            async fn ask(places: &Semaphore, page: Page, limit: Duration) -> Result<Bytes> {
                fixed::App::ask(places, page, limit).await
            }
        }
    };
    (@Reads) => {
        impl Reads for App {
            fn client(builder: ClientBuilder, limit: Duration) -> ClientBuilder {
                fixed::App::client(builder, limit)
            }

            async fn read(answer: Response, limit: Duration, rows: &Rows) -> Result {
                fixed::App::read(answer, limit, rows).await
            }
        }
    };
}

mod wrong {
    pub(crate) mod in_place;
    pub(crate) mod longer;
    pub(crate) mod outside;
    pub(crate) mod refuse;
    pub(crate) mod unordered;
}

fn main() -> ExitCode {
    Manifest {
        title: "The timeouts name a server that answers at once",
        crates: &["reqwest", "tokio", "futures"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: in_place, longer, outside, refuse, unordered],
    )
}
