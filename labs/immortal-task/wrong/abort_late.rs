//! (`timeout`) The job is aborted when its time is up, and that works, as long as somebody waits for the time to be up. A
//! caller that is itself dropped before aborts nothing.
use crate::*;

pub(crate) struct App;

impl TimedOut for App {
    async fn report(limit: Duration, job: impl Work) -> Option<usize> {
        let mut job = tokio::spawn(job);
        match timeout(limit, &mut job).await {
            Ok(steps) => steps.ok(),
            Err(_) => {
                job.abort();
                None
            }
        }
    }
}

rest_is_fixed!(Dropped, Flushed, Waited);
