//! Keep-alive finds a dead connection and throws it away. The next one goes to the same silence; and where a kernel answers, none is found.
use crate::*;

pub(crate) struct App;

impl Reads for App {
    const KEEP_ALIVE: Option<Duration> = Some(ms(60));

    async fn read(pair: &Pair, limit: Duration) -> Outcome {
        pair.primary.read(limit).await
    }
}
rest_is_fixed!(Pays, Runbook);
