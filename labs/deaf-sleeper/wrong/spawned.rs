//! (`sleep`) In a task of its own the pause holds up nobody else. It does: a task runs on the same threads, and while all of
//! them sleep no timeout is looked at.
use crate::*;

pub(crate) struct App;

impl Sleeps for App {
    async fn back_off(pause: Duration) {
        let pausing = tokio::spawn(async move { std::thread::sleep(pause) });
        pausing.await.expect("it does not panic");
    }
}

rest_is_fixed!(Locks, Meets, Searches, Follows, Ticks);
