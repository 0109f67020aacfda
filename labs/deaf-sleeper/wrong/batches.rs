//! (`updates`) A thousand at a time look like a pause after each thousand. The next batch is there as well, and nothing waits.
use crate::*;

pub(crate) struct App;

impl Follows for App {
    async fn newest(updates: impl Updates) -> u64 {
        let (mut batches, mut newest) = (updates.ready_chunks(1000), 0);
        while let Some(batch) = batches.next().await {
            newest = batch.into_iter().fold(newest, u64::max);
        }
        newest
    }
}

rest_is_fixed!(Locks, Retries, Asks, Searches, Ticks);
