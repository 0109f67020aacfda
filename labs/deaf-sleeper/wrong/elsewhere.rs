//! (`cpu`) On a thread made for it the search holds up nobody, and the timeout fires on time. Nobody tells the search: it runs
//! to its end for a caller who has left, and keeps a core busy.
use crate::*;

pub(crate) struct App;

impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        let search = tokio::task::spawn_blocking(|| candidates.fold(0, u64::max));
        search.await.expect("it does not panic")
    }
}

rest_is_fixed!(Locks, Retries, Asks, Follows, Ticks);
