//! (`dropped`) The handle gets an owner, a struct with a name, which is dropped with the dashboard. A handle that is dropped
//! detaches its task, whoever held it.
use crate::*;

pub(crate) struct App;

pub(crate) struct Poller {
    _task: JoinHandle<usize>,
}

impl Dropped for App {
    type Poller = Poller;

    fn start(polling: impl Work) -> Self::Poller {
        Poller { _task: tokio::spawn(polling) }
    }
}

rest_is_fixed!(TimedOut, Flushed, Waited);
