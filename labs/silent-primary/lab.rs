//! A primary falls silent. Its connections stay open, nobody is told, and there is a replica.

mod buggy;
mod client;
mod conn;
mod db;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod pair;
mod real;
mod servers;
mod stand_ins;
#[cfg(test)]
mod tests;
use conn::{Key, Outcome};
use futures_util::future::join_all;
use labkit::prelude::*;
use pair::Pair;

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

labkit::choice! {
    /// Who the primary and the replica are.
    Who {
        /// PostgreSQL where it is installed, else the stand-ins.
        Auto = "auto",
        /// Two PostgreSQL servers of this run's own, with streaming replication.
        Postgres = "postgres",
        /// Two gRPC servers of ours before one bank, and no database.
        StandIns = "stand-ins",
    }
}

labkit::knobs! {
    /// What is wanted while the primary is silent.
    case: Case = Case::Reads;
    /// How many reads one after the other, or payments at the same time.
    calls: usize = 5, 1..=10, grid [1, 10];
    /// How long a call may take.
    limit: Duration = 300, 200..=1000, grid [200];
    /// How long it takes until somebody has seen to it that the old primary takes no writes.
    human: Duration = 200, 0..=1000, grid [0];
    /// Who the primary and the replica are.
    pair: Who = Who::Auto;
}

/// Reads from the pair.
trait Reads {
    /// How often the connection to the primary is to be tried while nothing comes.
    const KEEP_ALIVE: Option<Duration> = None;
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

async fn scenario<A: Reads + Pays + Runbook>(lab: Lab, knobs: Knobs) -> Result {
    let pair = Pair::open(&lab, knobs, A::KEEP_ALIVE).await?;
    match knobs.case {
        Case::Reads => reads::<A>(&lab, knobs, &pair).await,
        Case::Replay => payments::<A>(&lab, knobs, &pair).await?,
        Case::Runbook => replaced::<A>(&lab, knobs, &pair).await?,
    }
    Ok(())
}

// ANCHOR: scenario
async fn reads<A: Reads>(lab: &Lab, knobs: Knobs, pair: &Pair) {
    pair.falls_silent();
    let mut answered = 0;
    for _ in 0..knobs.calls {
        answered += usize::from(pair.app(A::read(pair, knobs.limit)).await);
    }
    lab.over();
    lab.check_eq("reads that are answered", knobs.calls, answered);
}
// ANCHOR_END: scenario

/// Who has no answer waits until the replica is the primary: see [`client::Failover`].
async fn payments<A: Pays>(lab: &Lab, knobs: Knobs, pair: &Pair) -> Result {
    pair.answers_are_lost();
    let pay = |_| pair.app(A::pay(pair, knobs.limit));
    let told = join_all((0..knobs.calls).map(pay)).await;
    let payments = pair.payments().await?;
    lab.over();
    let told = told.into_iter().filter(|told| *told).count();
    lab.check_eq("customers who are told that they have paid", knobs.calls, told);
    lab.check_eq("payments in the bank's book", knobs.calls, payments);
    Ok(())
}

async fn replaced<A: Runbook>(lab: &Lab, knobs: Knobs, pair: &Pair) -> Result {
    pair.falls_silent();
    pair.follow::<A>(knobs.human).await?;
    // Somebody far away, whose way to the old primary is as good as ever.
    let at_the_old = pair.branch_writes().await;
    let at_the_new = pair.app_writes().await;
    lab.over();
    lab.check_eq("the replica takes writes", true, at_the_new);
    let both = usize::from(at_the_old);
    lab.check_eq("writes that the old primary takes, beside the new one", 0, both);
    Ok(())
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Reads) => {
        impl Reads for App {
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
        title: "The primary falls silent, and nothing changes over",
        crates: &["tokio-postgres", "tonic", "tokio"],
        article: &["5.3"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: keepalive, never, patient],
    )
}
