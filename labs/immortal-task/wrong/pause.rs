//! (`wait`) A pause that is long enough for everybody needs no tracker, and never hangs. Long enough is a guess: a task that
//! takes longer is cut short.
use crate::*;

pub(crate) struct App;

impl Waited for App {
    async fn shutdown(stop: CancellationToken, _: TaskTracker) {
        stop.cancel();
        sleep(ms(100)).await;
    }
}

rest_is_fixed!(Dropped, TimedOut, Flushed);
