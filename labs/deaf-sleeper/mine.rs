//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: sleep
impl Sleeps for App {
    async fn back_off(pause: Duration) {
        std::thread::sleep(pause);
    }
}
// ANCHOR_END: sleep

// ANCHOR: mutex
impl Locks for App {
    type Account = std::sync::Mutex<u64>;

    fn export(account: &Self::Account, run: impl FnOnce()) {
        let _held = account.lock();
        run();
    }

    async fn balance(account: Arc<Self::Account>) -> Option<u64> {
        account.lock().ok().map(|cents| *cents)
    }
}
// ANCHOR_END: mutex

// ANCHOR: barrier
impl Meets for App {
    type Gate = std::sync::Barrier;

    async fn meet(gate: Arc<Self::Gate>) {
        gate.wait();
    }
}
// ANCHOR_END: barrier

// ANCHOR: cpu
impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        let mut best = 0;
        for candidate in candidates {
            best = best.max(candidate);
        }
        best
    }
}
// ANCHOR_END: cpu

// ANCHOR: ticks
impl Ticks for App {
    async fn keep_asking(prices: Prices) {
        let mut due = tokio::time::interval(PERIOD);
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
        while let Some(update) = updates.next().await {
            newest = newest.max(update);
        }
        newest
    }
}
// ANCHOR_END: updates
