//! Whoever waits gives the thread back; whoever works gives it back now and then.
use crate::*;

pub(crate) struct App;

// ANCHOR: sleep
impl Sleeps for App {
    async fn back_off(pause: Duration) {
        tokio::time::sleep(pause).await;
    }
}
// ANCHOR_END: sleep

// ANCHOR: mutex
impl Locks for App {
    type Account = tokio::sync::Mutex<u64>;

    fn export(account: &Self::Account, run: impl FnOnce()) {
        let _held = account.blocking_lock();
        run();
    }

    async fn balance(account: Arc<Self::Account>) -> Option<u64> {
        Some(*account.lock().await)
    }
}
// ANCHOR_END: mutex

// ANCHOR: barrier
impl Meets for App {
    type Gate = tokio::sync::Barrier;

    async fn meet(gate: Arc<Self::Gate>) {
        gate.wait().await;
    }
}
// ANCHOR_END: barrier

// ANCHOR: cpu
impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        let mut best = 0;
        for candidate in candidates {
            best = best.max(candidate);
            tokio::task::consume_budget().await;
        }
        best
    }
}
// ANCHOR_END: cpu

// ANCHOR: ticks
impl Ticks for App {
    async fn keep_asking(prices: Prices) {
        let mut due = tokio::time::interval(PERIOD);
        due.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            due.tick().await;
            prices.ask().await;
        }
    }
}
// ANCHOR_END: ticks

// ANCHOR: updates
impl Follows for App {
    async fn newest(mut updates: impl Updates) -> u64 {
        let mut newest = 0;
        while let Some(update) = cooperative(updates.next()).await {
            newest = newest.max(update);
        }
        newest
    }
}
// ANCHOR_END: updates
