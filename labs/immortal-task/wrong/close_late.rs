//! (`wait`) The tracker is closed when all is over, as one closes a file. But it is not over before it is closed.
use crate::*;

pub(crate) struct App;

impl Waited for App {
    async fn shutdown(stop: CancellationToken, tasks: TaskTracker) {
        stop.cancel();
        tasks.wait().await;
        tasks.close();
    }
}

rest_is_fixed!(Dropped, TimedOut, Flushed);
