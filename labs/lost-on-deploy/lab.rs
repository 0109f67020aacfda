//! A service is replaced while orders come in. What it has begun, and what it has promised, has to be somewhere afterwards.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{
    Latch, Told, ok_or_err,
    prelude::*,
    witness::{FrameKind, Side, Tap},
};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, CallsServer, Channel, Endpoint, Request, Response, Server,
    Status,
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    any::type_name,
    collections::BTreeMap,
    env,
    error::Error,
    io::{self, BufRead, Write},
    marker::PhantomData,
    net::SocketAddr,
    process::{self, Stdio},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStdin, ChildStdout, Command},
    runtime::Builder,
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    task::JoinSet,
};
use tokio_stream::wrappers::TcpListenerStream;
use tokio_util::task::{AbortOnDropHandle, TaskTracker};
use tonic::transport::server::Router;

labkit::choice! {
    /// What the release meets.
    Case {
        /// Calls that are being answered when the process is asked to stop.
        Calls = "calls",
        /// Work that is left to do for calls that were answered.
        Audit = "audit",
        /// The same calls, and a service that was tried on a laptop.
        Signal = "signal",
        /// No stop at all: connections that are given up when they are old, so that new instances get some.
        Age = "age",
    }
}

labkit::knobs! {
    /// What the release meets.
    case: Case = Case::Calls;
    /// How many calls are being answered.
    calls: usize = 20, 1..=50, grid [1];
    /// How long a call takes yet when the stop comes; in the case `age`, how long it takes.
    work: Duration = 600, 100..=1000, grid [100, 300];
    /// How long it takes to write an entry of the audit log, after the answer.
    audit: Duration = 500, 200..=1000, grid [1000];
    /// How old a connection may be, in the case `age`.
    age: Duration = 100, 50..=300, grid [50];
    /// How long a connection is left alone beyond that, where a server says so.
    grace: Duration = 100, 50..=300, grid [50];
}

/// Serves until it is asked to stop.
trait Serves {
    async fn serve(router: Router, listener: TcpListenerStream, stop: impl Stop) -> Serving;
}

/// Books an order, and has it in the audit log in the end. The log is slow, and no client waits for it.
trait Audits {
    fn order(order: Order, tasks: TaskTracker) -> impl Future<Output = u32> + Send;
    /// The server has stopped serving; the process ends when this is done.
    async fn finish(tasks: TaskTracker);
}

/// Resolves when the process is asked to stop.
trait Hears {
    async fn stop() -> io::Result<()>;
}

/// A server whose connections do not last for ever.
trait Ages {
    fn server(age: Duration, grace: Duration) -> Server;
}

trait Stop: Future<Output = ()> {}
impl<F: Future<Output = ()>> Stop for F {}

/// How long a service may take for what it has promised, once it has stopped serving.
const LIMIT: Duration = ms(3000);
/// How long whoever deploys waits before the kill.
const PATIENCE: Duration = ms(8000);

// ANCHOR: scenario
async fn scenario<A: Variant>(lab: Lab, knobs: Knobs) -> Result {
    let mut old = Program::start::<A>(&lab, knobs).await?;
    let tap = old.tap().await?;
    let calls = old.place_orders(&tap).await?;
    let stays = match knobs.case {
        Case::Age => old.grows_old(calls).await?,
        _ => old.is_replaced(calls).await?,
    };
    lab.over();
    lab.check_eq("calls that are lost", 0, old.lost);
    if knobs.case == Case::Audit {
        lab.check_eq("orders in the audit log", old.answered, old.audited);
    }
    lab.check_eq("the process has to be killed", false, stays);
    Ok(())
}
// ANCHOR_END: scenario

trait Variant: Serves + Audits + Hears + Ages + Send + Sync + 'static {}
impl<A: Serves + Audits + Hears + Ages + Send + Sync + 'static> Variant for A {}

type Answers = JoinSet<std::result::Result<(), Status>>;

/// The old version: a process of its own, as the lab sees it. It ends with the lab, however that ends.
struct Program {
    lab: Lab,
    knobs: Knobs,
    process: Lane,
    client: Lane,
    deploy: Lane,
    audit: Lane,
    child: Child,
    stdin: ChildStdin,
    lines: Lines<BufReader<ChildStdout>>,
    working: usize,
    audited: usize,
    answered: usize,
    lost: usize,
    /// What the wire has said of connections that are to be left.
    goaways: Arc<AtomicUsize>,
    sigterm: Arc<OnceLock<Told>>,
}

impl Program {
    async fn start<A>(lab: &Lab, knobs: Knobs) -> Result<Self> {
        let mut command = Command::new(env::current_exe()?);
        let spans = [knobs.work, knobs.audit, knobs.age, knobs.grace];
        command.args([PROGRAM, type_name::<A>(), knobs.case.word()]);
        command.args(spans.map(|span| span.as_millis().to_string()));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        lab.lanes(&["clients", "deploy", "service", "wire", "audit log"]);
        let mut child = command.spawn()?;
        let none = || io::Error::other("a pipe was asked for");
        let stdin = child.stdin.take().ok_or_else(none)?;
        let stdout = child.stdout.take().ok_or_else(none)?;
        Ok(Self {
            lab: lab.clone(),
            knobs,
            process: lab.lane("service"),
            client: lab.lane("clients"),
            deploy: lab.lane("deploy"),
            audit: lab.lane("audit log"),
            child,
            stdin,
            lines: BufReader::new(stdout).lines(),
            working: 0,
            audited: 0,
            answered: 0,
            lost: 0,
            goaways: Arc::default(),
            sigterm: Arc::default(),
        })
    }

    /// A tap before its port. Of the frames, it tells those that are about the connection.
    async fn tap(&mut self) -> Result<Tap> {
        let address = loop {
            let line = self.lines.next_line().await?.ok_or_else(|| io::Error::other("no port"))?;
            if let Some(address) = line.strip_prefix(READY) {
                break address.trim().parse::<SocketAddr>()?;
            }
        };
        let (wire, goaways, sigterm) =
            (self.lab.lane("wire"), self.goaways.clone(), self.sigterm.clone());
        let tap = Tap::start(address, move |side, frame| {
            if side == Side::Server && frame.kind == FrameKind::GoAway {
                let before = goaways.fetch_add(1, SeqCst);
                wire.say(format!("← {frame}"));
                if let Some(sigterm) = sigterm.get().filter(|_| before == 0) {
                    wire.because(*sigterm);
                }
            }
        });
        Ok(tap.await?)
    }

    /// When this returns, each call is being worked on, or, in the case `age`, is made.
    async fn place_orders(&mut self, tap: &Tap) -> Result<Answers> {
        let channel = Endpoint::from_shared(format!("http://{}", tap.addr()))?.connect().await?;
        self.lab.ready();
        let mut calls = JoinSet::new();
        for number in 1..=u32::try_from(self.knobs.calls)? {
            let call = self.client.watch(&format!("order {number}"), order(&channel, number));
            calls.spawn(call.outcome(ok_or_err).quiet());
        }
        self.client.say(format!("place {} orders", self.knobs.calls));
        // A connection may be too old already, and then not all begin.
        while self.knobs.case != Case::Age && self.working < self.knobs.calls {
            let line = self.lines.next_line().await?;
            self.hears(&line.ok_or_else(|| io::Error::other("the service is gone"))?);
        }
        Ok(calls)
    }

    /// What a deploy does with the old version. Says whether it had to be killed.
    async fn is_replaced(&mut self, calls: Answers) -> Result<bool> {
        self.deploy.say("SIGTERM");
        self.sigterm.get_or_init(|| self.deploy.last());
        self.calls_are_at_stake();
        kill_process(self.pid()?, Signal::TERM)?;
        // It may be gone already.
        drop(self.stdin.write_all(b"stopped\n").await);
        let answers = AbortOnDropHandle::new(tokio::spawn(all(calls)));
        let deploy = self.deploy.clone();
        let waits = deploy.watch("waits", self.heard_to_its_end()).limit("grace period", PATIENCE);
        let in_time = timeout(PATIENCE, waits.quiet()).await;
        if in_time.is_err() {
            self.deploy.say("SIGKILL");
            self.child.kill().await?;
        }
        self.count(answers.await?);
        if self.answered == 0 && in_time.is_ok() {
            // Nobody else has ended it, and nobody else had the calls.
            self.client.because(self.process.last());
        }
        if self.knobs.case == Case::Audit {
            self.audit.say(format!("has {} entries", self.audited));
        }
        Ok(in_time.is_err())
    }

    /// Its connections come to their age while the calls are answered. It is not asked to stop before they are over.
    async fn grows_old(&mut self, calls: Answers) -> Result<bool> {
        let ends = all(calls).await;
        if ends.keys().any(|end| end != ANSWERED) || self.goaways.load(SeqCst) > 0 {
            self.calls_are_at_stake();
        }
        self.count(ends);
        self.child.kill().await?;
        Ok(false)
    }

    /// Each call that is being answered may be cut from here on.
    fn calls_are_at_stake(&self) {
        for _ in 0..self.knobs.calls {
            self.lab.cancelled();
        }
    }

    fn pid(&self) -> io::Result<Pid> {
        let pid = self.child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        pid.ok_or_else(|| io::Error::other("the service is gone"))
    }

    async fn heard_to_its_end(&mut self) -> io::Result<()> {
        while let Some(line) = self.lines.next_line().await? {
            self.hears(&line);
        }
        let status = self.child.wait().await?;
        self.process.say(format!("is gone: {status}"));
        if let Some(sigterm) = self.sigterm.get().filter(|_| status.code().is_none()) {
            self.process.because(*sigterm);
        }
        Ok(())
    }

    fn hears(&mut self, line: &str) {
        match line {
            WORKING => {
                self.working += 1;
                self.process.gauge("calls begun", self.working, "");
            }
            AUDITED => {
                self.audited += 1;
                self.audit.gauge("entries", self.audited, "");
            }
            line => {
                self.process.say(line);
                if let Some(sigterm) = self.sigterm.get().filter(|_| line == HEARS) {
                    self.process.because(*sigterm);
                }
            }
        }
    }

    /// The ends of the calls, alike ones together.
    fn count(&mut self, ends: BTreeMap<String, usize>) {
        for (end, n) in ends {
            self.client.say(format!("{n} of {}: {end}", self.knobs.calls));
            match end == ANSWERED {
                true => self.answered += n,
                false => self.lost += n,
            }
        }
    }
}

const ANSWERED: &str = "answered";

async fn all(mut calls: Answers) -> BTreeMap<String, usize> {
    let mut ends = BTreeMap::new();
    while let Some(call) = calls.join_next().await {
        let end = match call.expect("a call does not panic") {
            Ok(()) => ANSWERED.to_owned(),
            Err(status) => format!("{:?}: {}", status.code(), causes(&status)),
        };
        *ends.entry(end).or_default() += 1;
    }
    ends
}

/// What it says, and what is behind that.
fn causes(status: &Status) -> String {
    let mut texts = vec![status.message().to_owned()];
    let mut cause = status.source();
    while let Some(why) = cause {
        texts.push(why.to_string());
        cause = why.source();
    }
    texts.dedup();
    texts.join(": ")
}

fn order(
    channel: &Channel,
    number: u32,
) -> impl Future<Output = std::result::Result<(), Status>> + Send + 'static {
    let mut calls = CallsClient::new(channel.clone());
    async move { calls.unary(Ask { number, ..Ask::default() }).await.map(drop) }
}

/// The service's own process: this executable, called with this.
const PROGRAM: &str = "--program";
/// Its lines: it serves, at that address; a call is being worked on; an entry of the audit log is written; the signal has come.
const READY: &str = "ready ";
const WORKING: &str = "working";
const AUDITED: &str = "audited";
const HEARS: &str = "hears that it is to stop";

type Serving = std::result::Result<(), tonic::transport::Error>;

/// Runs the service where the command line asks for it, and nothing else.
fn program() -> Option<ExitCode> {
    let args: Vec<_> = env::args().skip(1).collect();
    let args: Vec<_> = args.iter().map(String::as_str).collect();
    let [PROGRAM, variant, case, ref spans @ ..] = args[..] else { return None };
    let spans: Vec<_> = spans.iter().filter_map(|span| span.parse().ok()).map(ms).collect();
    let [work, audit, age, grace] = spans[..] else { return Some(ExitCode::FAILURE) };
    let stopped = Latch::default();
    let setup = Setup { case: case.to_owned(), work, audit, age, grace, stopped };
    Some(match program_of(variant).map(|main| main(setup)) {
        Some(Ok(())) => ExitCode::SUCCESS,
        Some(Err(_)) | None => ExitCode::FAILURE,
    })
}

#[derive(Clone)]
struct Setup {
    case: String,
    work: Duration,
    audit: Duration,
    age: Duration,
    grace: Duration,
    /// The lab has asked it to stop.
    stopped: Latch,
}

type Main = fn(Setup) -> Result;

/// Each variant by the name of its type, which is how a scenario asks for its program.
fn program_of(variant: &str) -> Option<Main> {
    let all: &[(&str, Main)] = &[
        (type_name::<buggy::App>(), run::<buggy::App>),
        (type_name::<fixed::App>(), run::<fixed::App>),
        #[cfg(feature = "mine")]
        (type_name::<mine::App>(), run::<mine::App>),
        (type_name::<wrong::hurried::App>(), run::<wrong::hurried::App>),
        (type_name::<wrong::longer::App>(), run::<wrong::longer::App>),
        (type_name::<wrong::moment::App>(), run::<wrong::moment::App>),
        (type_name::<wrong::unclosed::App>(), run::<wrong::unclosed::App>),
    ];
    all.iter().find(|(name, _)| *name == variant).map(|(_, main)| *main)
}

fn run<A: Variant>(setup: Setup) -> Result {
    let stopped = setup.stopped.clone();
    thread::spawn(move || watch_the_lab(&stopped));
    // What `#[tokio::main(flavor = "current_thread")]` makes, and drops when `main` is over.
    Builder::new_current_thread().enable_all().build()?.block_on(service::<A>(setup))
}

/// The service's `main`. Each case is one part of it; the others are as they should be.
async fn service<A: Variant>(setup: Setup) -> Result {
    let is = |case: Case| setup.case == case.word();
    let tasks = TaskTracker::new();
    let mut server = match is(Case::Age) {
        true => A::server(setup.age, setup.grace),
        false => Server::builder(),
    };
    let calls = Service::<A> { setup: setup.clone(), tasks: tasks.clone(), variant: PhantomData };
    let router = server.add_service(CallsServer::new(calls));
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    say(&format!("{READY}{}", listener.local_addr()?));
    let (listener, stop) = (TcpListenerStream::new(listener), stop::<A>(is(Case::Signal)));
    match is(Case::Calls) {
        true => A::serve(router, listener, stop).await?,
        false => fixed::App::serve(router, listener, stop).await?,
    }
    if is(Case::Audit) {
        say("serves no more");
        A::finish(tasks).await;
    }
    Ok(())
}

async fn stop<A: Hears>(by_variant: bool) {
    let heard = match by_variant {
        true => A::stop().await,
        false => fixed::App::stop().await,
    };
    say(if heard.is_ok() { HEARS } else { "can't hear signals" });
}

struct Service<A> {
    setup: Setup,
    tasks: TaskTracker,
    variant: PhantomData<fn() -> A>,
}

impl<A: Audits + 'static> Calls for Service<A> {
    async fn unary(&self, _: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        let order = Order { setup: self.setup.clone() };
        let number = match self.setup.case == Case::Audit.word() {
            true => A::order(order, self.tasks.clone()).await,
            false => order.book().await,
        };
        Ok(Response::new(Answer { number, ..Answer::default() }))
    }
}

struct Order {
    setup: Setup,
}

impl Order {
    /// Takes as long as a call takes.
    async fn book(&self) -> u32 {
        say(WORKING);
        if self.setup.case != Case::Age.word() {
            self.setup.stopped.opened().await;
        }
        sleep(self.setup.work).await;
        1
    }

    /// Writes its entry of the audit log.
    async fn audit(self) {
        sleep(self.setup.audit).await;
        say(AUDITED);
    }
}

fn say(what: &str) {
    if writeln!(io::stdout(), "{what}").is_err() {
        process::exit(9) // the lab is gone
    }
}

/// Hears from the lab that the stop was sent: the time of the calls begins, however long the signal takes. Its end is the
/// lab's, and nothing outlives that.
fn watch_the_lab(stopped: &Latch) {
    for line in io::stdin().lock().lines() {
        if line.is_ok() {
            stopped.open();
        }
    }
    thread::sleep(PATIENCE * 2);
    process::exit(9)
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Serves) => {
        impl Serves for App {
            async fn serve(router: Router, listener: TcpListenerStream, stop: impl Stop) -> Serving {
                <fixed::App as Serves>::serve(router, listener, stop).await
            }
        }
    };
    (@Audits) => {
        impl Audits for App {
            async fn order(order: Order, tasks: TaskTracker) -> u32 {
                <fixed::App as Audits>::order(order, tasks).await
            }
            async fn finish(tasks: TaskTracker) {
                <fixed::App as Audits>::finish(tasks).await;
            }
        }
    };
    (@Hears) => {
        impl Hears for App {
            async fn stop() -> io::Result<()> {
                <fixed::App as Hears>::stop().await
            }
        }
    };
    (@Ages) => {
        impl Ages for App {
            fn server(age: Duration, grace: Duration) -> Server {
                <fixed::App as Ages>::server(age, grace)
            }
        }
    };
}

mod wrong {
    pub(crate) mod hurried;
    pub(crate) mod longer;
    pub(crate) mod moment;
    pub(crate) mod unclosed;
}

fn main() -> ExitCode {
    if let Some(code) = program() {
        return code;
    }
    Manifest {
        title: "Each release is out in a minute, and each costs orders",
        crates: &["tonic", "tokio", "tokio-util"],
        article: &["5.2"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: hurried, longer, moment, unclosed],
    )
}
