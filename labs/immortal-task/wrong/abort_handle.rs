//! (`dropped`) It is called `AbortHandle`, so it looks as if it aborted. It can, by its method; dropped, it does nothing.
use crate::*;
use tokio::task::AbortHandle;

pub(crate) struct App;

impl Dropped for App {
    type Poller = AbortHandle;

    fn start(polling: impl Work) -> Self::Poller {
        tokio::spawn(polling).abort_handle()
    }
}

rest_is_fixed!(TimedOut, Flushed, Waited);
