//! TODO: who does what, what cancels it, and what must hold all the same. In one sentence.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod batch;
}

use labkit::prelude::*;

labkit::knobs! {
    /// How long the caller waits.
    patience: Duration = 25, 1..=500, grid [5, 45, 100];
}

/// What a variant brings. TODO: as little as tells the two apart.
trait Work {
    /// Does all that waits; each item takes [`STEP`].
    async fn all(items: &mut Items);
}

const ITEMS: usize = 5;
const STEP: Duration = ms(10);

// ANCHOR: scenario
async fn scenario<W: Work>(lab: Lab, knobs: Knobs) -> Result {
    let caller = lab.lane("caller");
    let mut items = Items { waiting: ITEMS, done: 0 };
    let work = caller.watch_at(1, "all()", W::all(&mut items));
    match timeout(knobs.patience, work).await {
        Ok(()) => caller.say("has all it wanted"),
        Err(_) => caller.say("gives up"),
    }
    caller.say(format!("{} items wait, {} are done", items.waiting, items.done));

    lab.check_eq("items that are anywhere", ITEMS, items.waiting + items.done);
    Ok(())
}
// ANCHOR_END: scenario

/// What there is to do. TODO: your world; it counts what happened, and a variant cannot lie to it.
struct Items {
    waiting: usize,
    done: usize,
}

fn main() -> ExitCode {
    Manifest {
        title: "@title@",
        crates: &["tokio"],
        article: &["@sections@"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: Worker, wrong: batch])
}
