//! Somebody put a layer in between, for a good reason. What became of the deadline, and of the cancel?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod floor;
    pub(crate) mod late_abort;
}

use labkit::{Latch, Owner, ok_or_err, prelude::*};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, CallsServer, Line, Request, Response, Server, Status,
    time_left,
};
use std::{
    convert::Infallible,
    marker::PhantomData,
    pin::Pin,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::{Context, Poll},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};
use tonic::{
    body::Body, codegen::http, server::NamedService, service::interceptor::InterceptedService,
};
use tower::Service;

labkit::choice! {
    /// What stands in between.
    Case {
        /// A layer that keeps the panics of a handler in a task of its own.
        Task = "task",
        /// An interceptor of the client, which gives each call a deadline.
        Client = "client",
        /// The same interceptor, at the server.
        Server = "server",
        /// A loop that looks for the cancel now and then.
        Polling = "polling",
    }
}

labkit::knobs! {
    /// What stands in between.
    case: Case = Case::Task;
    /// The client leaves when so many steps of the work are done. (task, polling)
    stays: usize = 30, 1..=100, grid [25, 26, 100];
    /// How long the caller will wait. (client, server)
    deadline: Duration = 150, 50..=8000, grid [8000];
}

type Outcome<T> = std::result::Result<T, Status>;
/// A call on its way through the handler.
type Call = Pin<Box<dyn Future<Output = Answered> + Send>>;
type Answered = std::result::Result<http::Response<Body>, Infallible>;

/// A layer around every handler.
trait Carries: Send + 'static {
    fn carry(call: Call) -> impl Future<Output = Answered> + Send;
}

/// An interceptor.
trait Sets {
    fn set_deadline(request: Request<()>) -> Outcome<Request<()>>;
}

/// A worker that outlives the handler, and is told when to stop.
trait Works: Send + 'static {
    fn work(stop: CancellationToken, job: Job) -> impl Future<Output = ()> + Send;
}

async fn scenario<A: Carries + Sets + Works>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Task | Case::Polling => leaving::<A>(&lab, knobs).await,
        Case::Client | Case::Server => deadlines::<A>(&lab, knobs).await,
    }
}

const STEPS: usize = 100;
const STEP: Duration = ms(2);
/// How many steps are a batch.
const BATCH: usize = 25;
/// What a call gets that has no deadline of its own.
const DEFAULT: Duration = ms(5000);

fn broken() -> http::Response<Body> {
    Status::internal("the handler has panicked").into_http()
}

/// A client leaves in the middle of the work.
async fn leaving<A: Carries + Works>(lab: &Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(lab, knobs));
    let service = Layered::<A, _>::new(Handlers::<A>::new(&seen), seen.clone());
    let router = Server::builder().add_service(service);
    let line = Line::open_with(router, |endpoint| endpoint, lab.lane("wire")).await?;
    let (client, mut calls) = (lab.lane("client"), line.calls());
    lab.ready();

    let call = client.watch("call", calls.unary(Ask::default())).as_owner(&seen.client);
    select! {
        answer = call => client.say(format!("has its answer: {}", answer?.into_inner().text)),
        () = seen.leaves.opened() => {}
    }
    seen.layer_over.opened().await;
    seen.work_over.opened().await;
    lab.over();

    let at = seen.at_drop.get().copied().unwrap_or(STEPS);
    let after = seen.steps.load(SeqCst) - at;
    let got = format!("{after} of the {} left", STEPS - at);
    lab.check_that("steps after the client's news had come", "at most 1", got, after <= 1);
    Ok(())
}

/// What the server saw.
struct Seen {
    knobs: Knobs,
    server: Lane,
    work: Lane,
    client: Owner,
    steps: AtomicUsize,
    /// How many steps were done when the layer's future was dropped, if it was.
    at_drop: OnceLock<usize>,
    /// The client's patience ends.
    leaves: Latch,
    /// The outermost layer has answered or was dropped.
    layer_over: Latch,
    work_over: Latch,
    /// What the handler was told of its deadline.
    told: OnceLock<Option<Duration>>,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            knobs,
            server: lab.lane("server"),
            work: lab.lane("work"),
            client: Owner::default(),
            steps: AtomicUsize::new(0),
            at_drop: OnceLock::new(),
            leaves: Latch::default(),
            layer_over: Latch::default(),
            work_over: Latch::default(),
            told: OnceLock::new(),
        }
    }
}

// ANCHOR: layer
/// A tower layer: every call of the service inside goes through `carry`.
struct Layered<A, S> {
    inner: S,
    seen: Arc<Seen>,
    carries: PhantomData<fn() -> A>,
}

impl<A: Carries, T: Calls> Service<http::Request<Body>> for Layered<A, CallsServer<T>> {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = Call;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<std::result::Result<(), Infallible>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: http::Request<Body>) -> Call {
        let (call, seen) = (self.inner.call(request), self.seen.clone());
        match self.seen.knobs.case {
            Case::Task => Box::pin(async move { seen.around("carry()", A::carry(call)).await }),
            _ => Box::pin(async move { seen.around("handler", call).await }),
        }
    }
}
// ANCHOR_END: layer

impl<A, S> Layered<A, S> {
    fn new(inner: S, seen: Arc<Seen>) -> Self {
        Self { inner, seen, carries: PhantomData }
    }
}

impl<A, S: Clone> Clone for Layered<A, S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.seen.clone())
    }
}

impl<A, S: NamedService> NamedService for Layered<A, S> {
    const NAME: &'static str = S::NAME;
}

impl Seen {
    /// Waits for the outermost layer. Where it is dropped, notes how far the work was; only then does the work go on.
    async fn around<F: Future>(&self, name: &str, layer: F) -> F::Output {
        let mut outermost = Outermost { seen: self, answered: false };
        let answer = self.server.watch(name, layer).await;
        outermost.answered = true;
        answer
    }
}

struct Outermost<'a> {
    seen: &'a Seen,
    answered: bool,
}

impl Drop for Outermost<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.seen.at_drop.set(self.seen.steps.load(SeqCst)).expect("one call");
            if self.seen.leaves.is_open() {
                self.seen.server.because(self.seen.server.beside("wire").last());
            }
        }
        self.seen.layer_over.open();
    }
}

/// The service: its work is in the handler, or in a worker that the handler tells when it is dropped.
struct Handlers<A> {
    seen: Arc<Seen>,
    works: PhantomData<fn() -> A>,
}

impl<A: Works> Handlers<A> {
    fn new(seen: &Arc<Seen>) -> CallsServer<Self> {
        CallsServer::new(Self { seen: seen.clone(), works: PhantomData })
    }
}

impl<A: Works> Calls for Handlers<A> {
    async fn unary(&self, ask: Request<Ask>) -> Outcome<Response<Answer>> {
        self.seen.told.set(time_left(ask.metadata())).expect("one call");
        let job = Job(self.seen.clone());
        match self.seen.knobs.case {
            Case::Task => job.all().await,
            Case::Polling => told_to_stop::<A>(job).await,
            Case::Client | Case::Server => job.slow().await,
        }
        let text = format!("{} steps", self.seen.steps.load(SeqCst));
        Ok(Response::new(Answer { text, ..Answer::default() }))
    }
}

// ANCHOR: told
/// The worker is a task on purpose: it puts things in order when it is told to stop.
async fn told_to_stop<A: Works>(job: Job) {
    let stop = CancellationToken::new();
    let _on_drop = stop.clone().drop_guard();
    let worker = tokio::spawn(A::work(stop, job));
    worker.await.expect("the worker does not panic");
}
// ANCHOR_END: told

/// The work behind a call.
struct Job(Arc<Seen>);

impl Job {
    async fn all(self) {
        let seen = self.0.clone();
        let work = seen.work.watch("work", async { while self.batch().await {} });
        work.owned_by(&seen.client).await;
    }

    /// Some steps; says whether there are more.
    async fn batch(&self) -> bool {
        let mut done = self.0.steps.load(SeqCst);
        let end = STEPS.min(done + BATCH);
        while done < end {
            sleep(STEP).await;
            done += 1;
            self.did(done).await;
        }
        done < STEPS
    }

    /// After the client's last step the work stands still until the news has come as far as it comes.
    async fn did(&self, step: usize) {
        let seen = &self.0;
        seen.steps.store(step, SeqCst);
        if step.is_multiple_of(5) {
            seen.work.gauge("steps", step, "");
        }
        if step == seen.knobs.stays && step < STEPS {
            seen.leaves.open();
            seen.layer_over.opened().await;
        }
    }

    /// An answer that takes longer than its caller will wait.
    async fn slow(self) {
        self.0.work.watch("slow work", sleep(ms(600))).owned_by(&self.0.client).await;
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let steps = self.0.steps.load(SeqCst);
        if steps > 0 {
            self.0.work.say(format!("ends after {steps} of {STEPS} steps"));
            if steps < STEPS {
                self.0.work.because(self.0.work.beside("server").last_drop());
            }
        }
        self.0.work_over.open();
    }
}

/// A caller says how long it will wait. An interceptor is in between, at the client or at the server.
async fn deadlines<A: Sets + Works>(lab: &Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(lab, knobs));
    let is_at_server = knobs.case == Case::Server;
    let if_here = |is_here: bool| {
        move |ask: Request<()>| if is_here { A::set_deadline(ask) } else { Ok(ask) }
    };
    let service = InterceptedService::new(Handlers::<A>::new(&seen), if_here(is_at_server));
    let router = Server::builder().add_service(service);
    let line = Line::open_with(router, |endpoint| endpoint, lab.lane("wire")).await?;
    let channel = InterceptedService::new(line.channel(), if_here(!is_at_server));
    let (client, mut calls) = (lab.lane("client"), CallsClient::new(channel));
    lab.ready();

    // ANCHOR: asks
    let (began, mut ask) = (Instant::now(), Request::new(Ask::default()));
    ask.set_timeout(knobs.deadline);
    let call = client.watch("call", calls.unary(ask)).limit("grpc-timeout", knobs.deadline);
    let call = call.outcome(ok_or_err).with_own_limit(is_err);
    let answer = call.as_owner(&seen.client).await;
    // ANCHOR_END: asks
    let took = began.elapsed();
    client.say(format!("asked for {} ms; {}", knobs.deadline.as_millis(), in_words(&answer)));
    seen.work_over.opened().await;
    lab.over();

    let told = seen.told.get().copied().flatten().unwrap_or(Duration::MAX);
    let got = format!("{} ms", told.as_millis());
    let want = format!("at most {} ms", knobs.deadline.as_millis());
    lab.check_that("what the handler takes for its deadline", &want, got, told <= knobs.deadline);
    let is_late = answer.is_ok() && took > 2 * knobs.deadline;
    let got = if is_late { "an answer, long after" } else { "so it was" };
    lab.check_that("the call", "over by its deadline", got, !is_late);
    Ok(())
}

fn is_err(answer: &Outcome<Response<Answer>>) -> bool {
    answer.is_err()
}

fn in_words(answer: &Outcome<Response<Answer>>) -> String {
    match answer {
        Ok(_) => "has its answer".into(),
        Err(status) => format!("is told {:?}: {}", status.code(), status.message()),
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "A moment was asked for, and five seconds were given",
        crates: &["tonic", "tower", "tokio", "tokio-util"],
        article: &["4.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: floor, late_abort])
}
