//! (`timeout`) The limit moves into the task, so that it drops the job and not a handle. A caller that leaves before its
//! limit still drops a handle: the job runs on until its limit, for nobody.
use crate::*;

pub(crate) struct App;

impl TimedOut for App {
    async fn report(limit: Duration, job: impl Work) -> Option<usize> {
        let report = tokio::spawn(timeout(limit, job));
        report.await.ok()?.ok()
    }
}

rest_is_fixed!(Dropped, Flushed, Waited);
