//! (`mutex`) In a task of its own the wait for the lock holds up nobody else. It does: a task runs on the same threads, and while
//! all of them wait no timeout is looked at.
use crate::*;

pub(crate) struct App;

impl Locks for App {
    type List = std::sync::Mutex<Vec<u64>>;

    fn export(list: &Self::List, write: impl FnOnce(&[u64])) {
        buggy::App::export(list, write);
    }

    async fn lowest(list: Arc<Self::List>) -> Option<u64> {
        tokio::spawn(buggy::App::lowest(list)).await.ok()?
    }
}

rest_is_fixed!(Retries, Asks, Searches, Follows, Ticks);
