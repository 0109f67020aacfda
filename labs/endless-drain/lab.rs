//! A server is asked to stop, and lets what it has begun finish. Some of what it has begun never does.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod layer;
    pub(crate) mod limit;
}

use axum::{
    Router,
    http::StatusCode,
    response::sse::{Event, Sse},
    routing::get,
    serve::Listener,
};
use futures_util::{Stream, StreamExt, future::pending};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::{conn::auto, graceful::GracefulShutdown},
    service::TowerToHyperService,
};
use labkit::{
    prelude::*,
    witness::{sockets, until},
};
use labkit_http::{Reads, causes};
use reqwest::Response;
use std::{
    convert::Infallible,
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::Notify,
    time::interval,
};
use tokio_stream::wrappers::IntervalStream;
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

labkit::choice! {
    /// Who is there when the server is asked to stop.
    Case {
        /// A reader of live news: an answer without an end.
        Feed = "feed",
        /// A worker that asks for its next job, and there is none.
        Jobs = "jobs",
        /// A client that has sent a part of a request, and says no more.
        Silent = "silent",
    }
}

labkit::knobs! {
    /// Who is there when the server is asked to stop.
    case: Case = Case::Feed;
    /// How long whoever deploys waits for the old server, before it is killed.
    patience: Duration = 1500, 1500..=5000, grid [3000];
    /// How long a server that limits its drain waits for what it has begun.
    grace: Duration = 300, 300..=500, grid [500];
    /// How long the ordinary request takes that is being answered when the stop comes.
    work: Duration = 50, 1..=100, grid [1, 100];
    /// How many bytes of its request the silent client has sent.
    sent: usize = 24, 0..=32, grid [0, 1, 32];
}

/// A server that answers until `stop` is cancelled, and then lets what it has begun finish.
trait Serve {
    fn serve(
        listener: Reads,
        app: Router,
        stop: CancellationToken,
        grace: Duration,
    ) -> impl Future<Output = ()> + Send + 'static;
}

/// News as they happen, to whoever asks for them.
trait Feeds {
    fn feed(news: impl News, stop: CancellationToken) -> Sse<impl News>;
}

/// The next job for a worker, as soon as there is one.
trait Jobs {
    fn next_job(queue: Queue, stop: CancellationToken) -> impl Future<Output = Reply> + Send;
}

trait News: Stream<Item = std::result::Result<Event, Infallible>> + Send + 'static {}
impl<S: Stream<Item = std::result::Result<Event, Infallible>> + Send + 'static> News for S {}

type Reply = (StatusCode, String);

// ANCHOR: scenario
async fn scenario<S: Serve + Feeds + Jobs + 'static>(lab: Lab, knobs: Knobs) -> Result {
    let (world, stop) = (World::new(&lab, knobs), CancellationToken::new());
    let listener = world.listen().await?;
    let site = listener.local_addr()?;
    let serve = S::serve(listener, app::<S>(&world, &stop), stop.clone(), knobs.grace);
    let mut server = AbortOnDropHandle::new(lab.spawn("server", "serve()", serve));

    let mut held = world.hold(site).await?;
    let ordinary = world.ordinary_request(site).await;
    world.deploy.say("asks the server to stop");
    lab.cancelled();
    stop.cancel();

    let waits = world.deploy.watch("waits", &mut server).limit("grace period", knobs.patience);
    let stopped = timeout(knobs.patience, waits).await.is_ok();
    let soon = world.sees(stopped);
    lab.check_eq("the server stops before it is killed", true, stopped);
    lab.check_eq("the ordinary request is answered", "200", &ordinary.await?);
    lab.check_eq("connections it leaves open", 0, connections_left(site, soon).await?);
    let end = match timeout(soon, &mut held).await {
        Ok(end) => end?,
        Err(_) => "none yet".to_owned(),
    };
    lab.over();
    lab.check_eq("the end, as its client sees it", knobs.case.end(), &end);
    Ok(())
}
// ANCHOR_END: scenario

/// Far longer than it takes until a side hears that its connection is closed.
const SOON: Duration = ms(1000);
const TICK: Duration = ms(40);

impl Case {
    /// How the server lets go of who holds it: told apart from a connection that breaks, where anybody listens.
    fn end(self) -> &'static str {
        match self {
            Self::Feed => "the end of the answer",
            Self::Jobs => "503",
            Self::Silent => "closed",
        }
    }

    fn holder(self) -> &'static str {
        match self {
            Self::Feed => "reader",
            Self::Jobs => "worker",
            Self::Silent => "silent",
        }
    }
}

/// The kernel knows which connections the server has not let go of.
async fn connections_left(site: SocketAddr, soon: Duration) -> io::Result<usize> {
    let open = || sockets(site).map(|s| s.client_established());
    until(soon, || open().is_ok_and(|n| n == 0)).await;
    open()
}

/// What the parties know of each other. Clones are the same world.
#[derive(Clone)]
struct World {
    knobs: Knobs,
    deploy: Lane,
    holder: Lane,
    client: Lane,
    /// Bytes the server has read.
    read: Arc<AtomicUsize>,
    /// The ordinary request is being worked on.
    working: Arc<Notify>,
    queue: Queue,
}

impl World {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        lab.lanes(&["server", knobs.case.holder(), "client", "deploy"]);
        Self {
            knobs,
            deploy: lab.lane("deploy"),
            holder: lab.lane(knobs.case.holder()),
            client: lab.lane("client"),
            read: Arc::default(),
            working: Arc::default(),
            queue: Queue { server: lab.lane("server"), asked: Arc::default() },
        }
    }

    async fn listen(&self) -> io::Result<Reads> {
        let read = self.read.clone();
        Ok(Reads::of(labkit_http::listen().await?, move |n| {
            read.fetch_add(n, SeqCst);
        }))
    }

    /// Whether the server has stopped, and so how long to wait for what comes of it.
    fn sees(&self, stopped: bool) -> Duration {
        let (text, soon) = match stopped {
            true => ("sees that serve() is over", SOON),
            false => ("has waited long enough, and kills the server", Duration::ZERO),
        };
        self.deploy.say(text);
        soon
    }

    async fn work(self) -> &'static str {
        self.working.notify_one();
        sleep(self.knobs.work).await;
        "done"
    }

    /// Somebody comes, and is there when this returns. Gives back how the server let go of it, once it has.
    async fn hold(&self, site: SocketAddr) -> Result<AbortOnDropHandle<String>> {
        let (world, case) = (self.clone(), self.knobs.case);
        let task = match case {
            Case::Feed => {
                let mut news = labkit_http::client().build()?.get(url(site, "feed")).send().await?;
                news.chunk().await?;
                tokio::spawn(async move { world.read_on(news).await })
            }
            Case::Jobs => tokio::spawn(async move { world.status(site, "jobs").await }),
            Case::Silent => {
                let stream = self.send_a_part(site).await?;
                tokio::spawn(async move { world.say_no_more(stream).await })
            }
        };
        if case == Case::Jobs {
            self.queue.asked.notified().await;
        }
        Ok(AbortOnDropHandle::new(task))
    }

    async fn read_on(&self, mut news: Response) -> String {
        let mut read = 1;
        self.holder.say("reads the news");
        let end = loop {
            self.holder.gauge("news read", read, "");
            match news.chunk().await {
                Ok(Some(_)) => read += 1,
                Ok(None) => break "the end of the answer".to_owned(),
                Err(why) => break format!("cut: {}", causes(&why)),
            }
        };
        self.holder.say(format!("reads {end}"));
        end
    }

    /// Sends the beginning of a request, and sees that the server has read it.
    async fn send_a_part(&self, site: SocketAddr) -> io::Result<TcpStream> {
        const REQUEST: &[u8] = b"GET /work HTTP/1.1\r\nhost: lab\r\n\r\n";
        let (sent, whole) = (self.knobs.sent, REQUEST.len());
        let mut stream = TcpStream::connect(site).await?;
        stream.write_all(&REQUEST[..sent]).await?;
        until(ms(5000), || self.read.load(SeqCst) == sent).await;
        self.holder.say(format!("has sent {sent} of the {whole} bytes of a request"));
        Ok(stream)
    }

    async fn say_no_more(&self, mut stream: TcpStream) -> String {
        let end = if stream.read_u8().await.is_err() { "closed" } else { "an answer" };
        self.holder.say(format!("sees its connection {end}"));
        end.to_owned()
    }

    /// A request that is being worked on when this returns. Gives back the answer's status.
    async fn ordinary_request(&self, site: SocketAddr) -> AbortOnDropHandle<String> {
        let world = self.clone();
        let task = tokio::spawn(async move { world.status(site, "work").await });
        self.working.notified().await;
        AbortOnDropHandle::new(task)
    }

    async fn status(&self, site: SocketAddr, path: &str) -> String {
        let lane = if path == "work" { &self.client } else { &self.holder };
        lane.say(format!("GET /{path}"));
        let answer = async { labkit_http::client().build()?.get(url(site, path)).send().await };
        let status = match answer.await {
            Ok(answer) => answer.status().as_u16().to_string(),
            Err(why) => format!("cut: {}", causes(&why)),
        };
        lane.say(format!("is answered: {status}"));
        status
    }
}

fn url(site: SocketAddr, path: &str) -> String {
    format!("http://{site}/{path}")
}

/// Where jobs come from, for workers that wait for one.
#[derive(Clone)]
struct Queue {
    server: Lane,
    asked: Arc<Notify>,
}

impl Queue {
    /// There is none today.
    async fn next(&self) -> String {
        self.asked.notify_one();
        self.server.watch("the next job", pending()).await
    }
}

fn app<S: Feeds + Jobs + 'static>(world: &World, stop: &CancellationToken) -> Router {
    let (work, queue) = (world.clone(), world.queue.clone());
    let (stop_feed, stop_jobs) = (stop.clone(), stop.clone());
    Router::new()
        .route("/work", get(async move || work.work().await))
        .route("/feed", get(async move || S::feed(news(), stop_feed.clone())))
        .route("/jobs", get(async move || S::next_job(queue.clone(), stop_jobs.clone()).await))
}

fn news() -> impl News {
    IntervalStream::new(interval(TICK)).map(|_| Ok(Event::default().data("something happened")))
}

fn main() -> ExitCode {
    Manifest {
        title: "Each deploy waits to the last second, and then kills",
        crates: &["axum", "hyper-util", "hyper"],
        article: &["1.5"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Server, wrong: layer, limit])
}
