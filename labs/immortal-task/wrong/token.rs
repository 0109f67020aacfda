//! (`dropped`) The task listens to a token, and the owner has it. But a token that is dropped cancels nothing: that is what
//! its `drop_guard` is for.
use crate::*;

pub(crate) struct App;

impl Dropped for App {
    type Poller = CancellationToken;

    fn start(polling: impl Work) -> Self::Poller {
        let stop = CancellationToken::new();
        tokio::spawn(stop.clone().run_until_cancelled_owned(polling));
        stop
    }
}

rest_is_fixed!(TimedOut, Flushed, Waited);
