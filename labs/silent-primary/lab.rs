//! A primary falls silent. Its connections stay open, nobody is told, and there is a replica.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{
    prelude::*,
    witness::{Side, Tap},
};
use labkit_grpc::{
    Answer, Ask, Calls, CallsClient, CallsServer, Channel, Endpoint, Line, Request, Response,
    Served, Server, Status, serve,
};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};
use tokio_util::task::AbortOnDropHandle;

labkit::choice! {
    /// What is wanted while the primary is silent.
    Case {
        /// Reads, which the replica has, too.
        Reads = "reads",
        /// Payments, and only the answers are lost.
        Replay = "replay",
        /// A new primary. The old one is silent for us, and for nobody else.
        Runbook = "runbook",
    }
}

labkit::knobs! {
    /// What is wanted while the primary is silent.
    case: Case = Case::Reads;
    /// How many reads, or payments, one after the other.
    calls: usize = 5, 1..=10, grid [1, 10];
    /// How long a call may take.
    limit: Duration = 300, 200..=1000, grid [200];
    /// How long it takes until somebody has seen to it that the old primary takes no writes.
    human: Duration = 200, 0..=1000, grid [0];
}

type Outcome = std::result::Result<Answer, Status>;

/// Reads from the pair.
trait Reads {
    /// What is set on the connection to the primary.
    fn to_primary(endpoint: Endpoint) -> Endpoint;
    fn read(pair: &Pair, limit: Duration) -> impl Future<Output = Outcome> + Send;
}

/// Makes one payment, at whichever of the two answers.
trait Pays {
    fn pay(pair: &Pair, limit: Duration) -> impl Future<Output = Outcome> + Send;
}

/// What is to be done about the primary, from what was seen of it.
trait Runbook {
    fn next(seen: &Seen) -> Step;
}

// ANCHOR: steps
/// What a runbook may know.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Seen {
    /// One after the other, until now.
    failed_probes: u32,
    /// Somebody has seen to it that the old primary takes no writes: its power is off, its storage is locked.
    is_fenced: bool,
}

/// What it may do. The last one can't be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    Watch,
    AskSomebodyToFence,
    Promote,
}
// ANCHOR_END: steps

// ANCHOR: scenario
async fn scenario<A: Reads + Pays + Runbook>(lab: Lab, knobs: Knobs) -> Result {
    let pair = Pair::open::<A>(&lab, knobs).await?;
    match knobs.case {
        Case::Reads => reads::<A>(&lab, knobs, &pair).await,
        Case::Replay => payments::<A>(&lab, knobs, &pair).await,
        Case::Runbook => replaced::<A>(&lab, knobs, &pair).await?,
    }
    Ok(())
}

async fn reads<A: Reads>(lab: &Lab, knobs: Knobs, pair: &Pair) {
    pair.falls_silent();
    let mut answered = 0;
    for _ in 0..knobs.calls {
        answered += usize::from(pair.app(A::read(pair, knobs.limit)).await);
    }
    lab.over();
    lab.check_eq("reads that are answered", knobs.calls, answered);
}

async fn payments<A: Pays>(lab: &Lab, knobs: Knobs, pair: &Pair) {
    pair.answers_are_lost();
    let mut told = 0;
    for _ in 0..knobs.calls {
        told += usize::from(pair.app(A::pay(pair, knobs.limit)).await);
    }
    lab.over();
    lab.check_eq("customers who are told that they have paid", knobs.calls, told);
    lab.check_eq("payments in the bank's book", knobs.calls, pair.bank.payments());
}

async fn replaced<A: Runbook>(lab: &Lab, knobs: Knobs, pair: &Pair) -> Result {
    let mut branch = CallsClient::connect(pair.line.server()).await?;
    pair.falls_silent();
    pair.follow::<A>(knobs.human).await;
    // Somebody far away, whose way to the old primary is as good as ever.
    let write = pair.lane("branch").watch("a write", branch.unary(write(Key::new()))).await;
    pair.lane("branch").say(match &write {
        Ok(_) => "has written to the old primary".to_owned(),
        Err(status) => format!("is refused by the old primary: {}", status.message()),
    });
    lab.over();
    lab.check_eq("the replica takes writes", true, pair.takes[1].load(SeqCst));
    lab.check_eq(
        "writes that the old primary takes, beside the new one",
        0,
        usize::from(write.is_ok()),
    );
    Ok(())
}
// ANCHOR_END: scenario

/// Two servers before one bank. The primary is behind a tap, the replica is not.
struct Pair {
    lab: Lab,
    primary: Client,
    replica: Client,
    bank: Arc<Bank>,
    /// Whether the primary takes writes, and whether the replica does.
    takes: [Arc<AtomicBool>; 2],
    failed_probes: Arc<AtomicU32>,
    line: Line,
    _replica: Served,
    _probe: AbortOnDropHandle<()>,
}

/// What a payment is called, wherever it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Key(u32);

impl Key {
    /// One that nobody has used.
    fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        Self(LAST.fetch_add(1, SeqCst) + 1)
    }
}

impl Pair {
    async fn open<A: Reads>(lab: &Lab, knobs: Knobs) -> Result<Self> {
        lab.lanes(&["app", "wire", "probe", "bank", "runbook", "operator", "branch"]);
        lab.lane("lab").say("stand-ins: two gRPC servers of ours before one bank, and no database");
        let bank = Arc::new(Bank { lane: lab.lane("bank"), book: Mutex::default() });
        let pays = knobs.case == Case::Replay;
        let takes = [true, pays].map(|takes| Arc::new(AtomicBool::new(takes)));
        let server = |n: usize| Node { bank: bank.clone(), takes: takes[n].clone() };
        let router = Server::builder().add_service(CallsServer::new(server(0)));
        let line = Line::open_with(router, A::to_primary, lab.lane("wire")).await?;
        let replica = serve(server(1)).await?;
        let failed_probes = Arc::new(AtomicU32::new(0));
        let client = |name, calls| Client {
            lab: lab.clone(),
            lane: lab.lane("app"),
            name,
            calls,
            failed_probes: failed_probes.clone(),
        };
        let primary = client("primary", line.calls());
        lab.ready();
        let probe = tokio::spawn(probe(lab.lane("probe"), line.calls(), failed_probes.clone()));
        Ok(Self {
            primary,
            replica: client("replica", CallsClient::connect(replica.addr()).await?),
            lab: lab.clone(),
            bank,
            takes,
            failed_probes,
            line,
            _replica: replica,
            _probe: AbortOnDropHandle::new(probe),
        })
    }

    fn lane(&self, name: &str) -> Lane {
        self.lab.lane(name)
    }

    fn tap(&self) -> &Tap {
        self.line.tap()
    }

    /// Nothing goes to the primary, and nothing comes. It is as if a switch had died: no connection is closed.
    fn falls_silent(&self) {
        self.lane("wire").say("the primary is silent; its connections stay open");
        self.tap().hold(Side::Client);
        self.tap().hold(Side::Server);
    }

    fn answers_are_lost(&self) {
        self.lane("wire").say("what the primary says is lost; what it is told arrives");
        self.tap().hold(Side::Server);
    }

    /// What the app asked for; says whether it came.
    async fn app(&self, call: impl Future<Output = Outcome>) -> bool {
        let lane = self.lane("app");
        match call.await {
            Ok(answer) => lane.say(format!("is answered: {}", answer.text)),
            Err(status) => {
                lane.say(format!("is not answered: {:?}: {}", status.code(), status.message()));
                return false;
            }
        }
        true
    }

    /// Does what the runbook says, until the replica is the primary.
    async fn follow<A: Runbook>(&self, human: Duration) {
        let (lane, mut seen) = (self.lane("runbook"), Seen::default());
        loop {
            seen.failed_probes = self.failed_probes.load(SeqCst);
            match A::next(&seen) {
                Step::Watch => sleep(ms(5)).await,
                Step::AskSomebodyToFence => {
                    lane.say("stops, and asks somebody to fence the old primary");
                    sleep(human).await;
                    self.takes[0].store(false, SeqCst);
                    self.lane("operator").say("has fenced the old primary: it takes no writes");
                    seen.is_fenced = true;
                }
                Step::Promote => {
                    lane.say(format!("promotes the replica, after {} probes", seen.failed_probes));
                    self.lab.cancelled();
                    return self.takes[1].store(true, SeqCst);
                }
            }
        }
    }
}

/// Asks the primary again and again, and remembers how often in a row there was no answer.
async fn probe(lane: Lane, mut calls: CallsClient<Channel>, failed: Arc<AtomicU32>) {
    loop {
        let mut ask = Request::new(read());
        ask.set_timeout(ms(100));
        match calls.unary(ask).await {
            Ok(_) => failed.store(0, SeqCst),
            Err(_) => lane.gauge("probes without an answer", one_more(&failed), ""),
        }
        sleep(ms(40)).await;
    }
}

fn one_more(failed: &AtomicU32) -> usize {
    failed.fetch_add(1, SeqCst) as usize + 1
}

fn read() -> Ask {
    Ask { text: "read".into(), ..Ask::default() }
}

fn write(key: Key) -> Ask {
    Ask { text: "pay".into(), number: key.0, ..Ask::default() }
}

/// The app's end of the line to one of the two.
struct Client {
    lab: Lab,
    lane: Lane,
    name: &'static str,
    calls: CallsClient<Channel>,
    failed_probes: Arc<AtomicU32>,
}

impl Client {
    /// Whether the last probe was answered. (There is one for the primary alone.)
    fn is_well(&self) -> bool {
        self.failed_probes.load(SeqCst) == 0
    }

    async fn read(&self, limit: Duration) -> Outcome {
        self.call("read", read(), limit).await
    }

    async fn pay(&self, key: Key, limit: Duration) -> Outcome {
        self.call("payment", write(key), limit).await
    }

    async fn call(&self, what: &str, ask: Ask, limit: Duration) -> Outcome {
        let mut calls = self.calls.clone();
        let call = timeout(limit, calls.unary(ask));
        let what = format!("{what} at the {}", self.name);
        match self.lane.watch(&what, call).limit("timeout", limit).await {
            Ok(answer) => answer.map(Response::into_inner),
            Err(_) => {
                self.lab.cancelled();
                Err(Status::deadline_exceeded(format!("the {} has not answered", self.name)))
            }
        }
    }
}

/// One of the two servers.
struct Node {
    bank: Arc<Bank>,
    takes: Arc<AtomicBool>,
}

impl Calls for Node {
    async fn unary(&self, ask: Request<Ask>) -> std::result::Result<Response<Answer>, Status> {
        let Ask { text, number, .. } = ask.into_inner();
        if text == "pay" {
            if !self.takes.load(SeqCst) {
                return Err(Status::failed_precondition("this server takes no writes"));
            }
            self.bank.pay(Key(number));
        }
        Ok(Response::new(Answer { text: "done".into(), ..Answer::default() }))
    }
}

/// What both servers write to. It makes a payment once for each key.
struct Bank {
    lane: Lane,
    book: Mutex<HashMap<Key, ()>>,
}

impl Bank {
    fn pay(&self, key: Key) {
        let mut book = self.book.lock().unwrap_or_else(PoisonError::into_inner);
        if book.insert(key, ()).is_some() {
            return self.lane.mark("knows this payment");
        }
        self.lane.gauge("payments", book.len(), "");
    }

    fn payments(&self) -> usize {
        self.book.lock().unwrap_or_else(PoisonError::into_inner).len()
    }
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Reads) => {
        impl Reads for App {
            fn to_primary(endpoint: Endpoint) -> Endpoint {
                <fixed::App as Reads>::to_primary(endpoint)
            }
            async fn read(pair: &Pair, limit: Duration) -> Outcome {
                <fixed::App as Reads>::read(pair, limit).await
            }
        }
    };
    (@Pays) => {
        impl Pays for App {
            async fn pay(pair: &Pair, limit: Duration) -> Outcome {
                <fixed::App as Pays>::pay(pair, limit).await
            }
        }
    };
    (@Runbook) => {
        impl Runbook for App {
            fn next(seen: &Seen) -> Step {
                <fixed::App as Runbook>::next(seen)
            }
        }
    };
}

mod wrong {
    pub(crate) mod keepalive;
    pub(crate) mod never;
    pub(crate) mod patient;
}

fn main() -> ExitCode {
    Manifest {
        title: "The replica is well, and every call fails on time",
        crates: &["tonic", "tokio"],
        article: &["5.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: keepalive, never, patient],
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> impl Iterator<Item = Seen> {
        let probes = 0..20;
        probes.flat_map(|failed_probes| {
            [false, true].map(|is_fenced| Seen { failed_probes, is_fenced })
        })
    }

    #[test]
    fn the_runbook_never_promotes_beside_a_primary_that_is_not_fenced() {
        for seen in all().filter(|seen| !seen.is_fenced) {
            assert_ne!(<fixed::App as Runbook>::next(&seen), Step::Promote, "{seen:?}");
        }
    }

    #[test]
    fn it_does_nothing_at_one_or_two_probes_without_an_answer() {
        for seen in all().filter(|seen| seen.failed_probes < 3) {
            assert_eq!(<fixed::App as Runbook>::next(&seen), Step::Watch, "{seen:?}");
        }
    }

    #[test]
    fn it_asks_and_once_that_is_done_it_promotes() {
        let silent = Seen { failed_probes: 3, is_fenced: false };
        assert_eq!(<fixed::App as Runbook>::next(&silent), Step::AskSomebodyToFence);
        let fenced = Seen { is_fenced: true, ..silent };
        assert_eq!(<fixed::App as Runbook>::next(&fenced), Step::Promote);
    }

    #[test]
    fn the_test_above_would_have_caught_the_first_version() {
        assert!(
            all().any(
                |seen| !seen.is_fenced && <buggy::App as Runbook>::next(&seen) == Step::Promote
            )
        );
    }
}
