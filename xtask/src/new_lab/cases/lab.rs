//! TODO: what the bugs have in common. In one sentence.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod batch;
}

use labkit::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

labkit::choice! {
    /// Which of the bugs.
    Case {
        /// Items are moved one by one. TODO: what happens in your first case.
        First = "first",
        /// Somebody comes in and goes out. TODO: what happens in your second case.
        Second = "second",
    }
}

labkit::knobs! {
    /// Which of the bugs.
    case: Case = Case::First;
    /// How long the caller waits.
    patience: Duration = 25, 1..=500, grid [5, 45, 100];
}

/// Moves all items that wait; each takes [`STEP`].
trait First {
    async fn first(items: &mut Items);
}

/// Comes in, stays for five times [`STEP`], goes out.
trait Second {
    async fn second(room: &Room);
}

const ITEMS: usize = 5;
const STEP: Duration = ms(10);

// ANCHOR: scenario
async fn scenario<A: First + Second>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::First => first::<A>(&lab, knobs).await,
        Case::Second => second::<A>(&lab, knobs).await,
    }
    Ok(())
}

async fn first<A: First>(lab: &Lab, knobs: Knobs) {
    let mut items = Items { waiting: ITEMS, done: 0 };
    patiently(lab, knobs, A::first(&mut items)).await;
    lab.check_eq("items that are anywhere", ITEMS, items.waiting + items.done);
}

async fn second<A: Second>(lab: &Lab, knobs: Knobs) {
    let room = Room { inside: AtomicUsize::new(0) };
    patiently(lab, knobs, A::second(&room)).await;
    lab.check_eq("inside when all have left", 0, room.inside.load(SeqCst));
}
// ANCHOR_END: scenario

/// The caller waits, and not for ever.
async fn patiently(lab: &Lab, knobs: Knobs, work: impl Future<Output = ()>) {
    let caller = lab.lane("caller");
    match timeout(knobs.patience, caller.watch("work", work)).await {
        Ok(()) => caller.say("has all it wanted"),
        Err(_) => caller.say("gives up"),
    }
}

/// What there is to move. TODO: your world; it counts what happened, and a variant cannot lie to it.
struct Items {
    waiting: usize,
    done: usize,
}

struct Room {
    inside: AtomicUsize,
}

impl Room {
    fn enter(&self) {
        self.inside.fetch_add(1, SeqCst);
    }

    fn leave(&self) {
        self.inside.fetch_sub(1, SeqCst);
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "@title@",
        crates: &["tokio"],
        article: &["@sections@"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: batch])
}
