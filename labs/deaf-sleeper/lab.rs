//! A timeout around something that does not let go of its thread: when does it fire, and what does it report?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use futures_util::{Stream, StreamExt, stream};
use labkit::{Count, prelude::*};
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc, Barrier, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};
use tokio::{
    task::{JoinSet, coop::cooperative},
    time::MissedTickBehavior,
};

labkit::choice! {
    /// What holds the thread.
    Case {
        /// A lock that somebody else holds.
        Mutex = "mutex",
        /// A pause between two tries.
        Sleep = "sleep",
        /// A worker that takes its time to answer.
        Reply = "reply",
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
    case: Case = Case::Mutex;
    /// The timeout around each call.
    limit: Duration = 100, 50..=500, grid [50, 300];
    /// How long a call takes if nothing stops it.
    work: Duration = 1000, 10..=3000, grid [20, 150, 2000];
}

/// Looks for the lowest price in a list while an export, on a thread of its own, holds it for as long as `write` takes.
trait Locks {
    type List: From<Vec<u64>> + Send + Sync + 'static;
    fn export(list: &Self::List, write: impl FnOnce(&[u64]));
    fn lowest(list: Arc<Self::List>) -> impl Future<Output = Option<u64>> + Send + 'static;
}

/// Tries the cache, and tries again after a pause.
trait Retries {
    fn price(cache: impl Cache, pause: Duration) -> impl Future<Output = u64> + Send + 'static;
}

/// Asks a worker, and waits for its answer.
trait Asks {
    fn price(worker: Worker) -> impl Future<Output = Option<u64>> + Send + 'static;
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

trait Cache: FnMut() -> Option<u64> + Send + 'static {}
impl<C: FnMut() -> Option<u64> + Send + 'static> Cache for C {}

/// As many calls at once as the runtime has threads for tasks.
const CALLS: usize = 2;

/// Between two questions for the prices.
const PERIOD: Duration = ms(20);

async fn scenario<A>(lab: Lab, knobs: Knobs) -> Result
where
    A: Locks + Retries + Asks + Searches + Follows + Ticks,
{
    let work = knobs.work;
    lab.lanes(&["call 1", "call 2", "export", "cache", "worker", "search", "source", "neighbour"]);
    let late = match knobs.case {
        Case::Mutex => {
            let list = Arc::new(A::List::from(vec![1000, 250]));
            export::<A>(lab.lane("export"), list.clone(), work)?;
            calls(&lab, knobs, || A::lowest(list.clone())).await
        }
        Case::Sleep => {
            let tries = Tries::new(lab.lane("cache"));
            let late = calls(&lab, knobs, || <A as Retries>::price(tries.cache(), work)).await;
            tries.tell();
            late
        }
        Case::Reply => {
            let worker = Worker::new(lab.lane("worker"), work);
            let late = calls(&lab, knobs, || <A as Asks>::price(worker.clone())).await;
            worker.has_answered().await;
            late
        }
        Case::Cpu => {
            let searches = lab.lane("search").count("searches");
            let late = calls(&lab, knobs, || A::best(candidates(work, &searches))).await;
            lab.check_eq("searches for callers who have been told", 0, searches.now());
            late
        }
        Case::Updates => {
            // Always there: none of them ever waits.
            let updates = || stream::iter(candidates(work, &lab.lane("source").count("followers")));
            calls(&lab, knobs, || A::newest(updates())).await
        }
        Case::Ticks => return ticked::<A>(&lab, work).await,
    };
    lab.check_eq("calls that took twice their limit and say Ok", 0, late);
    Ok(())
}

/// How many said Ok long after their limit.
async fn calls<F>(lab: &Lab, knobs: Knobs, call: impl Fn() -> F) -> usize
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
    late
}

/// Holds the list on a thread of its own; comes back when it is held.
fn export<A: Locks>(lane: Lane, list: Arc<A::List>, takes: Duration) -> Result {
    let (held, is_held) = mpsc::channel();
    thread::spawn(move || {
        A::export(&list, |_| {
            let _shown = lane.busy("holds the lock");
            held.send(()).expect("the lab waits for it");
            thread::sleep(takes);
        })
    });
    Ok(is_held.recv()?)
}

/// How often the caches were asked, together.
#[derive(Clone)]
struct Tries {
    lane: Lane,
    made: Arc<AtomicUsize>,
}

impl Tries {
    fn new(lane: Lane) -> Self {
        lane.gauge("tries", 0, "");
        Self { lane, made: Arc::default() }
    }

    /// It has nothing at the first try.
    fn cache(&self) -> impl Cache + use<> {
        let (tries, mut had) = (self.clone(), None);
        move || {
            let made = tries.made.fetch_add(1, Ordering::Relaxed) + 1;
            tries.lane.gauge("tries", made, "");
            had.replace(1000)
        }
    }

    fn tell(&self) {
        self.lane.say(format!("tries: {}", self.made.load(Ordering::Relaxed)));
    }
}

/// Answers each question on a thread of its own. Clones are the same worker.
#[derive(Clone)]
struct Worker {
    lane: Lane,
    takes: Duration,
    open: Arc<Count>,
}

impl Worker {
    fn new(lane: Lane, takes: Duration) -> Self {
        let open = Arc::new(lane.count("questions"));
        Self { lane, takes, open }
    }

    /// `reply` says whether anybody was there to hear it.
    fn ask(&self, reply: impl FnOnce(u64) -> bool + Send + 'static) {
        let (lane, takes, open) = (self.lane.clone(), self.takes, self.open.one());
        thread::spawn(move || {
            thread::sleep(takes);
            lane.say(if reply(1000) { "answers" } else { "answers, and nobody is there" });
            drop(open);
        });
    }

    async fn has_answered(&self) {
        while self.open.now() > 0 {
            sleep(ms(5)).await;
        }
    }
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
    (@Locks) => {
        impl Locks for App {
            type List = <fixed::App as Locks>::List;

            fn export(list: &Self::List, write: impl FnOnce(&[u64])) {
                fixed::App::export(list, write);
            }

            async fn lowest(list: Arc<Self::List>) -> Option<u64> {
                fixed::App::lowest(list).await
            }
        }
    };
    (@Retries) => {
        impl Retries for App {
            async fn price(cache: impl Cache, pause: Duration) -> u64 {
                <fixed::App as Retries>::price(cache, pause).await
            }
        }
    };
    (@Asks) => {
        impl Asks for App {
            async fn price(worker: Worker) -> Option<u64> {
                <fixed::App as Asks>::price(worker).await
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
