//! A timeout around something that does not let go of its thread: when does it fire, and what does it report?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use futures_util::{Stream, StreamExt, stream};
use labkit::{Count, prelude::*};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Barrier, Mutex, PoisonError, mpsc},
    thread,
};
use tokio::{
    runtime::Handle,
    task::{JoinSet, coop::cooperative},
    time::MissedTickBehavior,
};

labkit::choice! {
    /// What holds the thread.
    Case {
        /// A pause between two tries.
        Sleep = "sleep",
        /// A lock that somebody else holds.
        Mutex = "mutex",
        /// A meeting to which one party is late.
        Barrier = "barrier",
        /// A loop that computes.
        Cpu = "cpu",
        /// A loop that awaits what is always there.
        Updates = "updates",
        /// Others do. A loop that ticks comes back to its thread.
        Ticks = "ticks",
    }
}

labkit::knobs! {
    /// What holds the thread.
    case: Case = Case::Sleep;
    /// The timeout around each call.
    limit: Duration = 100, 50..=500, grid [50, 300];
    /// How long a call takes if nothing stops it.
    work: Duration = 1000, 10..=3000, grid [20, 150, 2000];
}

/// Waits before the next try.
trait Sleeps {
    fn back_off(pause: Duration) -> impl Future<Output = ()> + Send + 'static;
}

/// Reads an account while an export, on a thread of its own, holds it for as long as `run` takes.
trait Locks {
    type Account: From<u64> + Send + Sync + 'static;
    fn export(account: &Self::Account, run: impl FnOnce());
    fn balance(account: Arc<Self::Account>) -> impl Future<Output = Option<u64>> + Send + 'static;
}

/// Waits until all parties are there.
trait Meets {
    type Gate: Gate;
    fn meet(gate: Arc<Self::Gate>) -> impl Future<Output = ()> + Send + 'static;
}

/// Looks for the best of many.
trait Searches {
    fn best(candidates: impl Candidates) -> impl Future<Output = u64> + Send + 'static;
}

/// Follows updates to the last one, and keeps the greatest.
trait Follows {
    fn newest(updates: impl Updates) -> impl Future<Output = u64> + Send + 'static;
}

/// Asks for the prices once every [`PERIOD`], until it is dropped.
trait Ticks {
    fn keep_asking(prices: Prices) -> impl Future<Output = ()> + Send + 'static;
}

trait Updates: Stream<Item = u64> + Unpin + Send + 'static {}
impl<S: Stream<Item = u64> + Unpin + Send + 'static> Updates for S {}

trait Candidates: Iterator<Item = u64> + Send + 'static {}
impl<I: Iterator<Item = u64> + Send + 'static> Candidates for I {}

/// A barrier of either kind.
trait Gate: Send + Sync + 'static {
    fn of(parties: usize) -> Self;
}
impl Gate for Barrier {
    fn of(parties: usize) -> Self {
        Self::new(parties)
    }
}
impl Gate for tokio::sync::Barrier {
    fn of(parties: usize) -> Self {
        Self::new(parties)
    }
}

/// As many calls at once as the runtime has threads for tasks.
const CALLS: usize = 2;

/// Between two questions for the prices.
const PERIOD: Duration = ms(20);

async fn scenario<A>(lab: Lab, knobs: Knobs) -> Result
where
    A: Sleeps + Locks + Meets + Searches + Follows + Ticks,
{
    let work = knobs.work;
    lab.lanes(&["call 1", "call 2", "search", "source", "neighbour"]);
    match knobs.case {
        Case::Sleep => calls(&lab, knobs, || A::back_off(work)).await,
        Case::Mutex => {
            let account = Arc::new(A::Account::from(1000));
            export::<A>(account.clone(), work)?;
            calls(&lab, knobs, || A::balance(account.clone())).await
        }
        Case::Barrier => {
            let gate = Arc::new(A::Gate::of(CALLS + 1));
            come_late(A::meet(gate.clone()), work);
            calls(&lab, knobs, || A::meet(gate.clone())).await
        }
        Case::Cpu => {
            let searches = lab.lane("search").count("searches");
            calls(&lab, knobs, || A::best(candidates(work, &searches))).await?;
            lab.check_eq("searches for callers who have been told", 0, searches.now());
            Ok(())
        }
        Case::Updates => {
            // Always there: none of them ever waits.
            let updates = || stream::iter(candidates(work, &lab.lane("source").count("followers")));
            calls(&lab, knobs, || A::newest(updates())).await
        }
        Case::Ticks => ticked::<A>(&lab, work).await,
    }
}

async fn calls<F>(lab: &Lab, knobs: Knobs, call: impl Fn() -> F) -> Result
where
    F: Future<Output: Send> + Send + 'static,
{
    let neighbour = Neighbour::start(lab.lane("neighbour"));
    let mut answers = JoinSet::new();
    // ANCHOR: scenario
    for n in 1..=CALLS {
        let (lane, start) = (lab.lane(&format!("call {n}")), Instant::now());
        let call = lane.watch("call", call()).limit("timeout", knobs.limit);
        let answer = timeout(knobs.limit, call.outcome(|_| "Ok".into()));
        answers.spawn(async move {
            let ok = answer.await.is_ok();
            let took = start.elapsed();
            lane.say(format!(
                "{} after {} ms",
                if ok { "Ok" } else { "Elapsed" },
                took.as_millis()
            ));
            (ok, took)
        });
    }
    // ANCHOR_END: scenario
    let is_late = |(ok, took): &(bool, Duration)| *ok && *took > 2 * knobs.limit;
    let late = answers.join_all().await.into_iter().filter(is_late).count();
    neighbour.tell();
    lab.check_eq("calls that took twice their limit and say Ok", 0, late);
    Ok(())
}

/// Holds the account on a thread of its own; comes back when it is held.
fn export<A: Locks>(account: Arc<A::Account>, takes: Duration) -> Result {
    let (held, is_held) = mpsc::channel();
    thread::spawn(move || {
        A::export(&account, || {
            held.send(()).expect("the lab waits for it");
            thread::sleep(takes);
        })
    });
    Ok(is_held.recv()?)
}

/// The last party, on a thread of its own: it comes after that long.
fn come_late(meet: impl Future<Output = ()> + Send + 'static, after: Duration) {
    let runtime = Handle::current();
    thread::spawn(move || {
        thread::sleep(after);
        runtime.block_on(meet);
    });
}

/// Keeps one core busy for that long, a few microseconds a candidate. It is counted as long as somebody has it.
fn candidates(takes: Duration, searches: &Count) -> impl Candidates + use<> {
    let (mut end, search) = (None, searches.one());
    (0u64..).map(hashed).take_while(move |_| {
        let _counted = &search;
        Instant::now() < *end.get_or_insert_with(|| Instant::now() + takes)
    })
}

fn hashed(seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (0..10u64).for_each(|n| (seed, n).hash(&mut hasher));
    hasher.finish()
}

// ANCHOR: ticks
async fn ticked<A: Ticks>(lab: &Lab, work: Duration) -> Result {
    let prices = Prices::new(lab.lane("prices"));
    let mut ticker = JoinSet::new();
    ticker.spawn(lab.lane("ticker").watch("keep_asking()", A::keep_asking(prices.clone())));
    sleep(5 * PERIOD).await;

    hold_all_threads(lab.lane("others"), work).await;
    sleep(5 * PERIOD).await;
    ticker.shutdown().await;

    let (gap, at_once) = prices.after_the_longest_gap();
    if 2 * gap < work {
        lab.missed("the ticker's threads were not held");
    }
    let got = format!("{at_once}, after {} ms without one", gap.as_millis());
    lab.check_that("questions within half a period", "at most 2", got, at_once <= 2);
    Ok(())
}
// ANCHOR_END: ticks

/// As many tasks as there are threads, each of which holds one. They begin together.
async fn hold_all_threads(others: Lane, takes: Duration) {
    let (together, mut tasks) = (Arc::new(Barrier::new(CALLS)), JoinSet::new());
    others.say(format!("hold all {CALLS} threads for {} ms", takes.as_millis()));
    for _ in 0..CALLS {
        let together = together.clone();
        tasks.spawn(others.watch("sleep", async move {
            together.wait();
            thread::sleep(takes);
        }));
    }
    tasks.join_all().await;
}

/// The service that is asked, and when it was. Clones are the same service.
#[derive(Clone)]
struct Prices {
    lane: Lane,
    asked: Arc<Mutex<Vec<Instant>>>,
}

impl Prices {
    fn new(lane: Lane) -> Self {
        Self { lane, asked: Arc::default() }
    }

    async fn ask(&self) {
        let questions = {
            let mut asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
            asked.push(Instant::now());
            asked.len()
        };
        self.lane.gauge("questions", questions, "");
    }

    /// The longest time without a question, and how many came within half a period after it.
    fn after_the_longest_gap(&self) -> (Duration, usize) {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let gaps = asked.windows(2).map(|pair| (pair[1] - pair[0], pair[1]));
        let Some((gap, back)) = gaps.max() else { return (ms(0), 0) };
        let at_once = asked.iter().filter(|&&at| at >= back && at < back + PERIOD / 2).count();
        (gap, at_once)
    }
}

/// Another task of the same runtime, which wants a turn every 10 ms and notes how long it had to wait.
struct Neighbour {
    lane: Lane,
    turns: Arc<Mutex<Turns>>,
    _task: JoinSet<()>,
}

struct Turns {
    count: usize,
    last: Instant,
    longest: Duration,
}

impl Turns {
    fn turn(&mut self) {
        self.longest = self.longest.max(self.last.elapsed());
        self.last = Instant::now();
        self.count += 1;
    }
}

impl Neighbour {
    fn start(lane: Lane) -> Self {
        let turns = Arc::new(Mutex::new(Turns { count: 0, last: Instant::now(), longest: ms(0) }));
        let mut task = JoinSet::new();
        lane.gauge("turns", 0, "");
        task.spawn(take_turns(lane.clone(), turns.clone()));
        Self { lane, turns, _task: task }
    }

    fn tell(&self) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        let count = turns.count;
        turns.turn();
        let waited = turns.longest.as_millis();
        self.lane.say(format!("turns: {count}; the longest wait for one: {waited} ms"));
    }
}

async fn take_turns(lane: Lane, turns: Arc<Mutex<Turns>>) {
    let mut due = every(ms(10));
    due.set_missed_tick_behavior(MissedTickBehavior::Skip);
    loop {
        due.tick().await;
        let count = {
            let mut turns = turns.lock().unwrap_or_else(PoisonError::into_inner);
            turns.turn();
            turns.count
        };
        lane.gauge("turns", count, "");
    }
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Sleeps) => {
        impl Sleeps for App {
            async fn back_off(pause: Duration) {
                fixed::App::back_off(pause).await;
            }
        }
    };
    (@Locks) => {
        impl Locks for App {
            type Account = <fixed::App as Locks>::Account;

            fn export(account: &Self::Account, run: impl FnOnce()) {
                fixed::App::export(account, run);
            }

            async fn balance(account: Arc<Self::Account>) -> Option<u64> {
                fixed::App::balance(account).await
            }
        }
    };
    (@Meets) => {
        impl Meets for App {
            type Gate = <fixed::App as Meets>::Gate;

            async fn meet(gate: Arc<Self::Gate>) {
                fixed::App::meet(gate).await;
            }
        }
    };
    (@Searches) => {
        impl Searches for App {
            async fn best(candidates: impl Candidates) -> u64 {
                fixed::App::best(candidates).await
            }
        }
    };
    (@Follows) => {
        impl Follows for App {
            async fn newest(updates: impl Updates) -> u64 {
                fixed::App::newest(updates).await
            }
        }
    };
    (@Ticks) => {
        impl Ticks for App {
            async fn keep_asking(prices: Prices) {
                fixed::App::keep_asking(prices).await;
            }
        }
    };
}

mod wrong {
    pub(crate) mod batches;
    pub(crate) mod beside;
    pub(crate) mod elsewhere;
    pub(crate) mod in_place;
    pub(crate) mod ready;
    pub(crate) mod seldom;
    pub(crate) mod spawned;
}

fn main() -> ExitCode {
    Manifest {
        title: "The CPU is idle, and the health check fails",
        crates: &["tokio"],
        article: &["1.4"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: batches, beside, elsewhere, in_place, ready, seldom, spawned],
    )
}
