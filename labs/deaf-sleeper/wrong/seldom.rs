//! (`cpu`) To yield costs something, so it is done once in ten million candidates. How long that takes nobody has measured; it
//! is longer than the limit.
use crate::*;

pub(crate) struct App;

impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        let mut best = 0;
        for (n, candidate) in candidates.enumerate() {
            best = best.max(candidate);
            if n % 10_000_000 == 9_999_999 {
                tokio::task::yield_now().await;
            }
        }
        best
    }
}

rest_is_fixed!(Locks, Retries, Asks, Follows, Ticks);
