//! Somebody wants a call to end, and is not the one who waits for it. What does it take?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod forgets;
    pub(crate) mod lets_go;
    pub(crate) mod looks_first;
}

use futures_util::stream::unfold;
use labkit::{Latch, OpenOnDrop, prelude::*};
use labkit_grpc::{
    Answer, Answers, Ask, Calls, CallsClient, Channel, Line, Request, Response, Status, Streaming,
};
use std::{
    collections::HashMap,
    marker::PhantomData,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;

labkit::choice! {
    /// Who wants it to end.
    Case {
        /// An operator, by the call's name.
        Operator = "operator",
        /// Its caller, who leaves.
        Leaver = "leaver",
        /// One side of a conversation, which has heard enough.
        Half = "half",
    }
}

labkit::knobs! {
    /// Who wants it to end.
    case: Case = Case::Operator;
    /// After how many of the ten steps, or of the prices.
    after: usize = 3, 1..=10, grid [9, 10];
    /// Which of the three reports it is.
    report: usize = 7, 7..=9, grid [8, 9];
}

type Outcome<T = ()> = std::result::Result<T, Status>;
type Client = CallsClient<Channel>;

/// A server's handler, which is known by a name while it runs.
trait Runs: Send + 'static {
    fn run(name: &str, job: Job, calls: &Registry) -> impl Future<Output = Outcome<Answer>> + Send;
}

/// A client in a conversation.
trait Hears {
    async fn hear(calls: Client, asks: &mut Option<mpsc::Sender<Ask>>, enough: u32) -> Outcome;
}

async fn scenario<A: Runs + Hears>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Operator | Case::Leaver => registry::<A>(&lab, knobs).await,
        Case::Half => half::<A>(&lab, knobs).await,
    }
}

// ANCHOR: registry
/// The calls that run, by name, and for each what stops it.
#[derive(Default)]
struct Registry(Mutex<HashMap<String, CancellationToken>>);

impl Registry {
    /// Notes a call. The token is cancelled when somebody wants it to end.
    fn enter(&self, name: &str) -> CancellationToken {
        let stop = CancellationToken::new();
        self.lock().insert(name.to_owned(), stop.clone());
        stop
    }

    fn leave(&self, name: &str) {
        self.lock().remove(name);
    }

    /// Says whether there is such a call.
    fn cancel(&self, name: &str) -> bool {
        self.lock().get(name).map(CancellationToken::cancel).is_some()
    }
}
// ANCHOR_END: registry

impl Registry {
    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, CancellationToken>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn leave_on_drop(&self, name: &str) -> Leaves<'_> {
        Leaves { calls: self, name: name.to_owned() }
    }

    fn names(&self) -> Vec<String> {
        self.lock().keys().cloned().collect()
    }
}

/// Takes a call out of the registry, however it ends.
#[must_use = "dropped at once, the call is not found"]
struct Leaves<'a> {
    calls: &'a Registry,
    name: String,
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.calls.leave(&self.name);
    }
}

fn by_operator() -> Status {
    Status::cancelled("cancelled by an operator")
}

// ANCHOR: scenario
async fn registry<A: Runs>(lab: &Lab, knobs: Knobs) -> Result {
    let seen = Arc::new(Seen::new(lab, knobs));
    let service = Service::<A> { seen: seen.clone(), runs: PhantomData };
    let line = Line::open(service, lab.lane("wire")).await?;
    let (client, operator) = (lab.lane("client"), lab.lane("operator"));
    in_order(lab, knobs.report);
    lab.ready();

    let name = name_of(knobs.report);
    let others = REPORTS.filter(|report| *report != knobs.report).map(name_of);
    let others: Vec<_> = others.map(|name| tokio::spawn(report(line.calls(), name))).collect();
    let call = client.watch(&name, report(line.calls(), name.clone()));
    let operate = async {
        seen.reached.opened().await;
        if knobs.case == Case::Operator {
            let found = seen.calls.cancel(&name);
            lab.cancelled();
            operator.say(format!("cancel {name}: {}", if found { "found" } else { "not found" }));
            seen.go_on.open();
            std::future::pending::<()>().await;
        }
    };
    let answer = select! { answer = call => Some(answer), () = operate => None };
    // ANCHOR_END: scenario
    seen.is_over.opened().await;
    let stopped = operator.last();
    if answer.is_some() && seen.after() == 0 {
        lab.lane(&name).because(stopped);
    }
    let mut made = 0;
    for other in others {
        made += usize::from(other.await?.is_ok());
    }
    if let Some(answer) = &answer {
        client.say(format!("is told {}", in_words(answer)));
        if answer.is_err() {
            client.because(stopped);
        }
    }
    let names = seen.calls.names();
    operator.say(format!("calls that run, by the registry: {names:?}"));
    if !names.is_empty() {
        operator.because(client.last_drop());
    }
    lab.over();
    if answer.is_some() {
        let (after, left) = (seen.after(), STEPS - knobs.after);
        let got = format!("{after} of the {left} left");
        lab.check_that("steps after the cancel", "at most 1", got, after <= 1);
    }
    lab.check_eq("calls in the registry, when none runs", 0, names.len());
    lab.check_eq("reports made, of the two that nobody stopped", 2, made);
    Ok(())
}

/// The report that somebody wants to end comes first.
fn in_order(lab: &Lab, report: usize) {
    let others = REPORTS.filter(|other| *other != report);
    let reports: Vec<_> = [report].into_iter().chain(others).map(name_of).collect();
    let reports: Vec<_> = reports.iter().map(String::as_str).collect();
    lab.lanes(&[&["operator", "client", "wire"][..], &reports].concat());
}

const REPORTS: std::ops::RangeInclusive<usize> = 7..=9;

fn name_of(report: usize) -> String {
    format!("report-{report}")
}

async fn report(mut calls: Client, name: String) -> Outcome<Response<Answer>> {
    calls.unary(Ask { text: name, ..Ask::default() }).await
}

fn in_words(answer: &Outcome<Response<Answer>>) -> String {
    match answer {
        Ok(answer) => format!("Ok: {}", answer.get_ref().text),
        Err(status) => format!("{:?}: {}", status.code(), status.message()),
    }
}

const STEPS: usize = 10;
const STEP: Duration = ms(10);

/// What the server saw.
struct Seen {
    lab: Lab,
    calls: Registry,
    /// The report that somebody wants to end, and where.
    name: String,
    at: usize,
    steps: AtomicUsize,
    reached: Latch,
    go_on: Latch,
    is_over: Latch,
}

impl Seen {
    fn new(lab: &Lab, knobs: Knobs) -> Self {
        Self {
            lab: lab.clone(),
            calls: Registry::default(),
            name: name_of(knobs.report),
            at: knobs.after,
            steps: AtomicUsize::new(0),
            reached: Latch::default(),
            go_on: Latch::default(),
            is_over: Latch::default(),
        }
    }

    fn after(&self) -> usize {
        self.steps.load(SeqCst).saturating_sub(self.at)
    }
}

struct Service<A> {
    seen: Arc<Seen>,
    runs: PhantomData<fn() -> A>,
}

impl<A: Runs> Calls for Service<A> {
    async fn unary(&self, ask: Request<Ask>) -> Outcome<Response<Answer>> {
        let name = ask.into_inner().text;
        let _over = (name == self.seen.name).then(|| self.seen.is_over.open_on_drop());
        let server = self.seen.lab.lane(&name);
        let job = Job { name: name.clone(), seen: self.seen.clone(), server: server.clone() };
        let run = A::run(&name, job, &self.seen.calls);
        let mut news = News(Some(server.clone()));
        let answer = server.watch("run()", run).await;
        news.0 = None;
        Ok(Response::new(answer?))
    }
}

/// Dropped with a handler that was not done, and after what that was doing: what the wire told last was the news.
struct News(Option<Lane>);

impl Drop for News {
    fn drop(&mut self) {
        if let Some(server) = self.0.take() {
            server.because(server.beside("wire").last());
        }
    }
}

/// Ten steps.
struct Job {
    name: String,
    seen: Arc<Seen>,
    server: Lane,
}

impl Job {
    async fn run(self) -> Answer {
        for step in 1..=STEPS {
            sleep(STEP).await;
            self.server.gauge("steps", step, "");
            if self.name == self.seen.name {
                self.seen.did(step).await;
            }
        }
        Answer { text: format!("{STEPS} steps done"), ..Answer::default() }
    }
}

impl Seen {
    /// After the step at which somebody wants it to end, the job stands still until that has been said.
    async fn did(&self, step: usize) {
        self.steps.store(step, SeqCst);
        if step == self.at && step < STEPS {
            self.reached.open();
            self.go_on.opened().await;
        }
    }
}

// ANCHOR: half
async fn half<A: Hears>(lab: &Lab, knobs: Knobs) -> Result {
    let prices = Arc::new(Prices::new(lab, knobs.after));
    let line = Line::open(Market(prices.clone()), lab.lane("wire")).await?;
    let client = lab.lane("client");
    lab.ready();

    let (mut asks, enough) = (None, u32::try_from(knobs.after)?);
    client.watch("hear()", A::hear(line.calls(), &mut asks, enough)).await?;
    client.say(format!("has heard {enough} prices, and lets go"));
    lab.cancelled();
    prices.let_go.open();
    prices.is_over.opened().await;
    // ANCHOR_END: half
    lab.over();
    let more = prices.given.load(SeqCst).saturating_sub(knobs.after);
    lab.check_eq("prices made after that", 0, more);
    Ok(())
}

/// How many prices there are after those that the client wants to hear.
const MORE: usize = 20;
/// How long the market waits for the news that its listener has left. It takes a millisecond or two.
const NEWS: Duration = ms(400);

/// What the server of a conversation saw.
struct Prices {
    server: Lane,
    enough: usize,
    given: AtomicUsize,
    let_go: Latch,
    is_over: Latch,
}

impl Prices {
    fn new(lab: &Lab, enough: usize) -> Self {
        let server = lab.lane("server");
        let (let_go, is_over) = (Latch::default(), Latch::default());
        Self { server, enough, given: AtomicUsize::new(0), let_go, is_over }
    }
}

struct Market(Arc<Prices>);

impl Calls for Market {
    /// Prices, for as long as somebody listens. What is asked could change which ones; nobody does in this run.
    async fn bidi(&self, asks: Request<Streaming<Ask>>) -> Outcome<Response<Answers>> {
        let over = self.0.is_over.open_on_drop();
        let talk = Talk { prices: self.0.clone(), _asks: asks.into_inner(), _over: over };
        let answers = unfold(talk, |mut talk| async { Some((Ok(talk.price().await?), talk)) });
        Ok(Response::new(Box::pin(answers)))
    }
}

struct Talk {
    prices: Arc<Prices>,
    _asks: Streaming<Ask>,
    _over: OpenOnDrop,
}

impl Talk {
    async fn price(&mut self) -> Option<Answer> {
        let prices = self.prices.clone();
        let number = 1 + prices.given.load(SeqCst);
        if number > prices.enough {
            prices.server.watch(&format!("price {number}"), prices.more(number)).quiet().await;
        }
        if number > prices.enough + MORE {
            return None;
        }
        prices.given.store(number, SeqCst);
        prices.server.gauge("prices", number, "");
        Some(Answer { number: u32::try_from(number).expect("few"), ..Answer::default() })
    }
}

impl Prices {
    /// The first price too many waits until the client has let go, and the news has had its time.
    async fn more(&self, number: usize) {
        if number == self.enough + 1 {
            self.let_go.opened().await;
            sleep(NEWS).await;
            self.server.say("has heard nothing, and goes on");
        }
        sleep(STEP).await;
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Stopped, says the console, and the report is still being made",
        crates: &["tonic", "tokio", "tokio-util"],
        article: &["4.4"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: forgets, lets_go, looks_first],
    )
}
