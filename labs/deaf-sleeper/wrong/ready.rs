//! (`cpu`) An await in the loop is a place where the search can be dropped. Only an await that waits is: this one is ready
//! each time, and never gives the thread back.
use crate::*;

pub(crate) struct App;

impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        let mut best = 0;
        for candidate in candidates {
            best = best.max(std::future::ready(candidate).await);
        }
        best
    }
}

rest_is_fixed!(Locks, Retries, Asks, Follows, Ticks);
