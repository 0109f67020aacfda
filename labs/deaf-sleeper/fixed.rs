//! Whoever waits gives the thread back; whoever works gives it back now and then.
use crate::*;

pub(crate) struct App;

// ANCHOR: mutex
impl Locks for App {
    type List = tokio::sync::Mutex<Vec<u64>>;

    fn export(list: &Self::List, write: impl FnOnce(&[u64])) {
        write(&list.blocking_lock());
    }

    async fn lowest(list: Arc<Self::List>) -> Option<u64> {
        let prices = list.lock().await;
        prices.iter().copied().min()
    }
}
// ANCHOR_END: mutex

// ANCHOR: sleep
/// Tries until there is something.
async fn retry<T>(pause: Duration, mut attempt: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        tokio::time::sleep(pause).await;
    }
}

impl Retries for App {
    async fn price(cache: impl Cache, pause: Duration) -> u64 {
        retry(pause, cache).await
    }
}
// ANCHOR_END: sleep

// ANCHOR: reply
impl Asks for App {
    async fn price(worker: Worker) -> Option<u64> {
        let (reply, answer) = tokio::sync::oneshot::channel();
        worker.ask(move |price| reply.send(price).is_ok());
        answer.await.ok()
    }
}
// ANCHOR_END: reply

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
