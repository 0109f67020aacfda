//! A thread that waits or works does not come back to the runtime, and its timeout is not asked.
use crate::*;

pub(crate) struct App;

// ANCHOR: mutex
impl Locks for App {
    type List = std::sync::Mutex<Vec<u64>>;

    fn export(list: &Self::List, write: impl FnOnce(&[u64])) {
        if let Ok(prices) = list.lock() {
            write(&prices);
        }
    }

    async fn lowest(list: Arc<Self::List>) -> Option<u64> {
        let prices = list.lock().ok()?;
        prices.iter().copied().min()
    }
}
// ANCHOR_END: mutex

// ANCHOR: sleep
/// Tries until there is something. The command-line tool uses it, too.
fn retry<T>(pause: Duration, mut attempt: impl FnMut() -> Option<T>) -> T {
    loop {
        if let Some(found) = attempt() {
            return found;
        }
        std::thread::sleep(pause);
    }
}

impl Retries for App {
    async fn price(cache: impl Cache, pause: Duration) -> u64 {
        retry(pause, cache)
    }
}
// ANCHOR_END: sleep

// ANCHOR: reply
impl Asks for App {
    async fn price(worker: Worker) -> Option<u64> {
        let (reply, answer) = std::sync::mpsc::channel();
        worker.ask(move |price| reply.send(price).is_ok());
        answer.recv().ok()
    }
}
// ANCHOR_END: reply

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
