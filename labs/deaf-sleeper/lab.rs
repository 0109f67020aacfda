//! A timeout around something that does not let go of its thread: when does it fire, and what does it report?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::prelude::*;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::{Arc, Barrier, Mutex, PoisonError, mpsc},
    thread,
};
use tokio::{runtime::Handle, task::JoinSet, time::MissedTickBehavior};

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

async fn scenario<A: Sleeps + Locks + Meets + Searches>(lab: Lab, knobs: Knobs) -> Result {
    let work = knobs.work;
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
        Case::Cpu => calls(&lab, knobs, || A::best(candidates(work))).await,
    }
}

// ANCHOR: scenario
async fn calls<F>(lab: &Lab, knobs: Knobs, call: impl Fn() -> F) -> Result
where
    F: Future<Output: Send> + Send + 'static,
{
    let neighbour = Neighbour::start(lab.lane("neighbour"));
    let mut answers = JoinSet::new();
    for n in 1..=CALLS {
        let (lane, start) = (lab.lane(&format!("call {n}")), Instant::now());
        let answer = timeout(knobs.limit, lane.watch("call", call()));
        answers.spawn(async move {
            let ok = answer.await.is_ok();
            let took = start.elapsed();
            lane.say(format!(
                "{} after {} ms",
                if ok { "Ok" } else { "Elapsed" },
                took.as_millis()
            ));
            ok && took > 2 * knobs.limit
        });
    }
    let late = answers.join_all().await.into_iter().filter(|late| *late).count();
    neighbour.tell();
    lab.check_eq("calls that took twice their limit and say Ok", 0, late);
    Ok(())
}
// ANCHOR_END: scenario

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

/// Keeps one core busy for that long, a few microseconds a candidate.
fn candidates(takes: Duration) -> impl Candidates {
    let mut end = None;
    (0u64..)
        .map(hashed)
        .take_while(move |_| Instant::now() < *end.get_or_insert_with(|| Instant::now() + takes))
}

fn hashed(seed: u64) -> u64 {
    let mut hasher = DefaultHasher::new();
    (0..10u64).for_each(|n| (seed, n).hash(&mut hasher));
    hasher.finish()
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

fn main() -> ExitCode {
    Manifest {
        title: "A timeout of 100 ms says Ok after a second",
        crates: &["tokio"],
        article: &["1.4"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App])
}
