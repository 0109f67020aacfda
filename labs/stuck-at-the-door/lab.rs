//! Programs that are through with their work and say goodbye. Who is there to carry the goodbye?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod in_place;
    pub(crate) mod own_thread;
    pub(crate) mod spawned;
    pub(crate) mod timed;
    pub(crate) mod yields;
}

use futures_executor::block_on;
use labkit::prelude::*;
use std::{
    io,
    net::SocketAddr,
    panic,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    runtime::{Builder, Runtime},
    sync::{mpsc, oneshot},
    task::{block_in_place, spawn_blocking, yield_now},
};

labkit::choice! {
    /// What the program does at its end.
    Case {
        /// It sends the spans that it still has.
        Flush = "flush",
        /// The same, in a task, on a runtime with four workers.
        Task = "task",
        /// It leaves a group of consumers.
        Consumer = "consumer",
    }
}

labkit::knobs! {
    /// What the program does at its end.
    case: Case = Case::Flush;
    /// How many worker threads the program's runtime has. With 0 it is `current_thread`.
    workers: usize = 0, 0..=8, grid [1];
    /// How long the server takes for an answer.
    answer: Duration = 20, 1..=100, grid [60];
}

/// A service at its end: its spans are sent, or lost.
trait Traced {
    fn stop(exporter: Exporter) -> impl Future<Output = Result> + Send;
}

/// A worker that handles all jobs there are, and then leaves its group.
trait Works {
    fn work(consumer: Consumer) -> impl Future<Output = Result> + Send;
}

/// Far more than a program needs for its end.
const PATIENCE: Duration = ms(1000);

async fn scenario<A: Traced + Works + 'static>(lab: Lab, knobs: Knobs) -> Result {
    let (server, to) = Server::start(&lab, knobs).await?;
    let program = lab.lane("program");
    let panics = Panics::heard_by(program.clone());
    lab.cancelled(); // the program is told to stop
    // ANCHOR: main
    let ended = on_a_thread(move || {
        runtime(knobs)?.block_on(async {
            match knobs.case {
                Case::Flush => A::stop(exporter(&program, to).await?).await?,
                Case::Task => tokio::spawn(A::stop(exporter(&program, to).await?)).await??,
                Case::Consumer => A::work(consumer(&program, to).await?).await?,
            }
            program.say("the last line of main");
            Ok(())
        })
    })?;
    // ANCHOR_END: main
    let watch = lab.lane("watch");
    let ended = watch.watch("main()", ended).limit("patience", PATIENCE);
    let is_through = match timeout(PATIENCE, ended).await {
        Ok(ended) => ended?.is_some(),
        Err(_) => {
            watch.say("the program is still there, and says nothing");
            false
        }
    };
    lab.check_eq("panics", 0, panics.count());
    lab.check_eq("the program came to its last line", true, is_through);
    match knobs.case {
        Case::Flush | Case::Task => lab.check_eq("spans at the collector", SPANS, server.spans()),
        Case::Consumer => lab.check_eq("members in the group", 0, server.members()),
    }
    Ok(())
}

// ANCHOR: runtime
fn runtime(knobs: Knobs) -> io::Result<Runtime> {
    let workers = if knobs.case == Case::Task { 4 } else { knobs.workers };
    match workers {
        0 => Builder::new_current_thread().enable_all().build(),
        n => Builder::new_multi_thread().worker_threads(n).enable_all().build(),
    }
}
// ANCHOR_END: runtime

const SPANS: usize = 3;

/// A service's exporter, with spans that are still to be sent.
async fn exporter(program: &Lane, to: SocketAddr) -> Result<Exporter> {
    let exporter = Exporter { link: Link::open(to).await?, spans: Mutex::default() };
    for n in 1..=SPANS {
        sleep(ms(5)).await;
        exporter.record(format!("request {n}"));
    }
    program.say(format!("has {SPANS} spans to send, and stops"));
    Ok(exporter)
}

async fn consumer(program: &Lane, to: SocketAddr) -> Result<Consumer> {
    let consumer = Consumer { link: Link::open(to).await?, jobs: 3, is_member: true };
    consumer.link.ask("join").await?;
    program.say("has joined the group");
    Ok(consumer)
}

// ANCHOR: exporter
/// Keeps spans, and sends them to a collector.
struct Exporter {
    link: Link,
    spans: Mutex<Vec<String>>,
}

impl Exporter {
    fn record(&self, span: String) {
        self.spans.lock().unwrap_or_else(PoisonError::into_inner).push(span);
    }

    /// Sends all spans. Returns when the collector has them.
    fn force_flush(&self) -> Result {
        let spans = self.spans.lock().unwrap_or_else(PoisonError::into_inner).split_off(0);
        block_on(self.link.ask(&format!("spans {}", spans.len())))
    }
}
// ANCHOR_END: exporter

// ANCHOR: consumer
/// A member of a group of consumers, until it leaves.
struct Consumer {
    link: Link,
    jobs: usize,
    is_member: bool,
}

impl Consumer {
    /// The next job; none is left after the third.
    async fn next(&mut self) -> Result<Option<usize>> {
        self.jobs = match self.jobs.checked_sub(1) {
            Some(left) => left,
            None => return Ok(None),
        };
        self.link.ask("take a job").await?;
        Ok(Some(self.jobs))
    }

    /// Leaves the group.
    async fn close(mut self) -> Result {
        self.link.ask("leave").await?;
        self.is_member = false;
        Ok(())
    }
}

impl Drop for Consumer {
    fn drop(&mut self) {
        if self.is_member {
            // Whoever forgets to close it leaves all the same. An error has nobody to go to.
            drop(block_on(self.link.ask("leave")));
        }
    }
}
// ANCHOR_END: consumer

// ANCHOR: link
/// A connection, and the task that carries questions to it, one at a time.
struct Link(mpsc::Sender<(String, oneshot::Sender<()>)>);

impl Link {
    async fn open(to: SocketAddr) -> Result<Self> {
        let mut wire = BufReader::new(TcpStream::connect(to).await?);
        let (asks, mut asked) = mpsc::channel::<(String, oneshot::Sender<()>)>(1);
        tokio::spawn(async move {
            while let Some((question, answer)) = asked.recv().await {
                wire.write_all(format!("{question}\n").as_bytes()).await?;
                wire.read_line(&mut String::new()).await?;
                answer.send(()).unwrap_or_default(); // whoever asked may have left
            }
            io::Result::Ok(())
        });
        Ok(Self(asks))
    }

    /// Asks, and waits for the answer.
    async fn ask(&self, question: &str) -> Result {
        let (answer, answered) = oneshot::channel();
        self.0.send((question.to_owned(), answer)).await?;
        Ok(answered.await?)
    }
}
// ANCHOR_END: link

/// The collector, or the broker: what it has been told. It runs on the lab's own threads.
#[derive(Clone, Default)]
struct Server {
    spans: Arc<AtomicUsize>,
    members: Arc<AtomicUsize>,
}

impl Server {
    async fn start(lab: &Lab, knobs: Knobs) -> Result<(Self, SocketAddr)> {
        let name = if knobs.case == Case::Consumer { "broker" } else { "collector" };
        let (lane, server) = (lab.lane(name), Self::default());
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (to, told) = (listener.local_addr()?, server.clone());
        tokio::spawn(async move {
            let mut wire = BufReader::new(listener.accept().await?.0);
            let mut line = String::new();
            while wire.read_line(&mut line).await? > 0 {
                sleep(knobs.answer).await;
                told.hears(&lane, line.trim_end());
                line.clear();
                wire.write_all(b"ok\n").await?;
            }
            io::Result::Ok(())
        });
        Ok((server, to))
    }

    fn hears(&self, lane: &Lane, line: &str) {
        match line.strip_prefix("spans ").and_then(|n| n.parse().ok()) {
            Some(n) => {
                self.spans.fetch_add(n, SeqCst);
            }
            None if line == "join" => {
                self.members.fetch_add(1, SeqCst);
            }
            None if line == "leave" => {
                self.members.fetch_sub(1, SeqCst);
            }
            None => {}
        }
        lane.say(format!("hears: {line}"));
    }

    fn spans(&self) -> usize {
        self.spans.load(SeqCst)
    }

    fn members(&self) -> usize {
        self.members.load(SeqCst)
    }
}

const PROGRAM: &str = "program";

/// Runs a program on a thread that the lab does not wait for. The future tells what came of it: nothing, where it panicked.
fn on_a_thread<T: Send + 'static>(
    program: impl FnOnce() -> Result<T> + Send + 'static,
) -> io::Result<impl Future<Output = Result<Option<T>>>> {
    let (ends, ended) = oneshot::channel();
    thread::Builder::new().name(PROGRAM.into()).spawn(move || drop(ends.send(program())))?;
    Ok(async move { ended.await.ok().transpose() })
}

/// Hears the panics of the program: here they are what is looked for. Others are the lab's own fault, and stay that.
struct Panics(Arc<AtomicUsize>);

impl Panics {
    fn heard_by(lane: Lane) -> Self {
        let (count, others) = (Arc::new(AtomicUsize::new(0)), panic::take_hook());
        let panics = Self(count.clone());
        panic::set_hook(Box::new(move |info| {
            if thread::current().name() != Some(PROGRAM) {
                return others(info);
            }
            count.fetch_add(1, SeqCst);
            lane.say(format!("panics: {}", info.payload_as_str().unwrap_or("?")));
        }));
        panics
    }

    fn count(&self) -> usize {
        self.0.load(SeqCst)
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "It says that it stops, and then nothing more",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: in_place, own_thread, spawned, timed, yields],
    )
}
