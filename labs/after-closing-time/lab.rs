//! Programs that end: what still wants a runtime when theirs has closed, and what becomes of it.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use axum::{Router, routing::get};
use labkit::{Latch, prelude::*};
use labkit_http::{Site, causes};
use reqwest::Client;
use std::{
    io, panic,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};
use tokio::{
    runtime::{Builder, Handle, Runtime},
    sync::{mpsc, oneshot},
    task::JoinHandle,
};

labkit::choice! {
    /// What still wants a runtime.
    Case {
        /// A session that says goodbye when it is dropped.
        Spawn = "spawn",
        /// A helper that has a runtime of its own inside.
        Runtime = "runtime",
        /// A blocking task that pauses between two tries.
        Timer = "timer",
        /// A client that two tests share.
        Client = "client",
    }
}

labkit::knobs! {
    /// What still wants a runtime.
    case: Case = Case::Spawn;
    /// How long the runtime is kept open when the program has come to its end.
    linger: Duration = 0, 0..=2000, grid [50, 1000];
}

/// A program with a session. At its end the server is told.
trait Sessions {
    fn main(runtime: &Runtime, wire: Wire);
}

/// A program that makes a report, by a helper with threads of its own.
trait Reporting {
    fn main(runtime: &Runtime);
}

/// Sends a file, from a blocking task; tries again after a pause.
trait Uploads {
    fn upload(runtime: &Handle, file: File);
}

/// The client that a test uses.
trait Clients {
    fn client() -> Client;
}

/// Between two tries of an upload.
const PAUSE: Duration = ms(50);
/// How often an upload fails before it gets through: 200 ms in all.
const FAILURES: usize = 4;
/// How long the server thinks about its second answer.
const THINKS: Duration = ms(200);
/// Far longer than a call takes on the loopback.
const LONG: Duration = ms(10_000);

async fn scenario<A>(lab: Lab, knobs: Knobs) -> Result
where
    A: Sessions + Reporting + Uploads + Clients,
{
    let panics = Panics::heard_by(lab.lane("program"));
    match knobs.case {
        Case::Spawn => session::<A>(&lab, knobs, &panics).await?,
        Case::Runtime => report::<A>(&lab, knobs, &panics).await?,
        Case::Timer => upload::<A>(&lab, knobs, &panics).await?,
        Case::Client => client::<A>(&lab, knobs).await?,
    }
    Ok(())
}

// ANCHOR: scenario
async fn session<A: Sessions>(lab: &Lab, knobs: Knobs, panics: &Panics) -> Result {
    let (server, wire) = Server::start(lab);
    let program = lab.lane("program");
    let ended = on_a_thread(move || {
        let runtime = runtime()?;
        A::main(&runtime, wire);
        close(&program, runtime, knobs.linger);
        Ok(())
    })?;
    ended.await?;
    lab.cancelled();
    lab.check_eq("panics", 0, panics.count());
    lab.check_eq("sessions that the server still keeps", 0, server.await?);
    Ok(())
}
// ANCHOR_END: scenario

async fn report<A: Reporting>(lab: &Lab, knobs: Knobs, panics: &Panics) -> Result {
    let program = lab.lane("program");
    let ended = on_a_thread(move || {
        let runtime = runtime()?;
        A::main(&runtime);
        program.say("comes to its last line");
        close(&program, runtime, knobs.linger);
        Ok(())
    })?;
    let came_to_its_end = ended.await?.is_some();
    lab.cancelled();
    lab.check_eq("panics", 0, panics.count());
    lab.check_eq("the program came to its last line", true, came_to_its_end);
    Ok(())
}

// ANCHOR: upload
async fn upload<A: Uploads>(lab: &Lab, knobs: Knobs, panics: &Panics) -> Result {
    let (program, file, at_the_end) = (lab.lane("program"), File::new(lab), lab.clone());
    let (begun, sent) = (file.begun.clone(), file.sent.clone());
    let ended = on_a_thread(move || {
        let runtime = runtime()?;
        let handle = runtime.handle().clone();
        let _upload = runtime.spawn_blocking(move || A::upload(&handle, file));
        runtime.block_on(begun.opened());
        runtime.block_on(async { sleep(knobs.linger).await });
        if !sent.is_open() {
            at_the_end.cancelled();
        }
        close(&program, runtime, ms(0));
        Ok(sent)
    })?;
    let sent = ended.await?.is_some_and(|sent| sent.is_open());
    lab.check_eq("panics", 0, panics.count());
    lab.check_eq("the file is there", true, sent);
    Ok(())
}
// ANCHOR_END: upload

async fn client<A: Clients>(lab: &Lab, knobs: Knobs) -> Result {
    let (asked, answer) = (Latch::default(), Latch::default());
    let server = serve(lab, asked.clone(), answer.clone()).await?;
    let url = format!("http://{}", server.addr());
    let (warm, may_end) = (Latch::default(), Latch::default());

    let first = on_a_thread({
        let (lane, url) = (lab.lane("first test"), format!("{url}/quick"));
        let (warm, may_end) = (warm.clone(), may_end.clone());
        move || first_test::<A>(&lane, url, &warm, &may_end)
    })?;
    timeout(LONG, warm.opened()).await?;
    let second = on_a_thread({
        let (lane, url) = (lab.lane("second test"), format!("{url}/slow"));
        move || Ok(runtime()?.block_on(ask(&lane, A::client(), url)))
    })?;
    timeout(LONG, asked.opened()).await?;
    let answered = if knobs.linger < THINKS {
        sleep(knobs.linger).await;
        may_end.open();
        first.await?;
        lab.cancelled();
        answer.open();
        second.await?
    } else {
        sleep(THINKS).await;
        answer.open();
        let answered = second.await?;
        may_end.open();
        first.await?;
        answered
    };
    lab.lane("server").say(format!("took {} connections", server.accepted()));
    lab.check_eq("the second test has its answer", true, answered == Some(true));
    Ok(())
}

// ANCHOR: first
fn first_test<A: Clients>(
    lane: &Lane,
    url: String,
    warm: &Latch,
    may_end: &Latch,
) -> io::Result<()> {
    let runtime = runtime()?;
    runtime.block_on(ask(lane, A::client(), url));
    // A timer comes after all that is ready. So the connection is back in the pool when this one fires.
    runtime.block_on(async { sleep(ms(50)).await });
    warm.open();
    runtime.block_on(may_end.opened());
    close(lane, runtime, ms(0));
    Ok(())
}
// ANCHOR_END: first

/// One call; says whether it was answered.
async fn ask(lane: &Lane, client: Client, url: String) -> bool {
    let call = async { client.get(url).send().await?.text().await };
    let answer = lane.watch("call", call).await;
    match &answer {
        Ok(text) => lane.say(format!("is answered: {text}")),
        Err(error) => lane.say(format!("{error}: {}", causes(error))),
    }
    answer.is_ok()
}

async fn serve(lab: &Lab, asked: Latch, answer: Latch) -> io::Result<Site> {
    let lane = lab.lane("server");
    let slow = async move || {
        let think = async {
            asked.open();
            answer.opened().await;
        };
        lane.watch("/slow", think).await;
        "done"
    };
    Site::start(Router::new().route("/quick", get("done")).route("/slow", get(slow))).await
}

fn new_client() -> Client {
    labkit_http::client().build().expect("a client without certificates can be built")
}

/// The runtime that `#[tokio::main(flavor = "current_thread")]` and `#[tokio::test]` make.
fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().thread_name(PROGRAM).build()
}

/// The last line of a program: its runtime is dropped.
fn close(lane: &Lane, runtime: Runtime, linger: Duration) {
    if !linger.is_zero() {
        runtime.block_on(async { sleep(linger).await });
    }
    lane.say("closes its runtime");
    drop(runtime);
    lane.say("has closed it");
}

const PROGRAM: &str = "program";

/// Runs a program, which is no part of the lab's own runtime. The future tells what came of it: nothing, where it panicked.
fn on_a_thread<T: Send + 'static>(
    program: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> io::Result<impl Future<Output = io::Result<Option<T>>>> {
    let (ends, ended) = oneshot::channel();
    thread::Builder::new().name(PROGRAM.into()).spawn(move || drop(ends.send(program())))?;
    Ok(async move { ended.await.ok().transpose() })
}

/// Hears the panics of programs: here they are what is looked for. Others are the lab's own fault, and stay that.
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

/// The server's side of a session.
struct Server;

/// A program's side of it: a connection to the server.
#[derive(Clone)]
struct Wire(mpsc::Sender<Call>);

/// What is said, and who waits until it is done.
type Call = (Said, oneshot::Sender<()>);

#[derive(Clone, Copy, PartialEq)]
enum Said {
    Work,
    Goodbye,
}

impl Server {
    /// One session. The handle gives back how many are kept when nobody is left who could end them.
    fn start(lab: &Lab) -> (JoinHandle<usize>, Wire) {
        let (lane, (wire, mut said)) = (lab.lane("server"), mpsc::channel::<Call>(1));
        let serve = async move {
            let mut open = 1;
            while let Some((said, done)) = said.recv().await {
                match said {
                    Said::Work => lane.say("works for the session"),
                    Said::Goodbye => {
                        open -= 1;
                        lane.say("hears a goodbye, and ends the session");
                    }
                }
                lane.gauge("sessions", open, "");
                match done.send(()) {
                    Ok(()) | Err(()) => {} // whoever waited may have left
                }
            }
            open
        };
        (tokio::spawn(serve), Wire(wire))
    }
}

impl Wire {
    /// Asks for something, and waits until it is done.
    async fn work(&self) {
        self.say(Said::Work).await;
    }

    /// Ends the session.
    async fn goodbye(self) {
        self.say(Said::Goodbye).await;
    }

    async fn say(&self, said: Said) {
        let (done, is_done) = oneshot::channel();
        if self.0.send((said, done)).await.is_ok() {
            // An error says that the server is gone, and its sessions with it.
            drop(is_done.await);
        }
    }
}

// ANCHOR: reports
/// Makes reports. It has a runtime of its own inside, as a blocking client has.
struct Reports {
    runtime: Runtime,
}
// ANCHOR_END: reports

impl Reports {
    fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).build();
        Self { runtime: runtime.expect("a runtime can be built") }
    }

    async fn make(&self) {
        drop(self.runtime.spawn(async { "a report" }).await);
    }
}

/// What is to be sent. It gets through at the fifth try.
struct File {
    lane: Lane,
    tries: usize,
    /// The first try has failed.
    begun: Latch,
    sent: Latch,
}

impl File {
    fn new(lab: &Lab) -> Self {
        let (begun, sent) = (Latch::default(), Latch::default());
        Self { lane: lab.lane("upload"), tries: 0, begun, sent }
    }

    fn try_to_send(&mut self) -> bool {
        self.tries += 1;
        let through = self.tries > FAILURES;
        self.lane.say(format!("try {}: {}", self.tries, if through { "sent" } else { "not yet" }));
        if through {
            self.sent.open();
        }
        self.begun.open();
        through
    }
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Sessions) => {
        impl Sessions for App {
            fn main(runtime: &Runtime, wire: Wire) {
                <fixed::App as Sessions>::main(runtime, wire);
            }
        }
    };
    (@Reporting) => {
        impl Reporting for App {
            fn main(runtime: &Runtime) {
                <fixed::App as Reporting>::main(runtime);
            }
        }
    };
    (@Uploads) => {
        impl Uploads for App {
            fn upload(runtime: &Handle, file: File) {
                fixed::App::upload(runtime, file);
            }
        }
    };
    (@Clients) => {
        impl Clients for App {
            fn client() -> Client {
                fixed::App::client()
            }
        }
    };
}

mod wrong {
    pub(crate) mod handle;
    pub(crate) mod idle;
    pub(crate) mod inside;
    pub(crate) mod shared;
    pub(crate) mod try_current;
}

fn main() -> ExitCode {
    Manifest {
        title: "The job is done each night, and its session stays open",
        crates: &["tokio", "reqwest"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: handle, idle, inside, shared, try_current],
    )
}
