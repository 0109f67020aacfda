//! Yours: start from the bug.
use crate::*;

pub(crate) struct Calls;

// ANCHOR: used
impl Settings for Calls {
    fn set(client: &mut Builder) {
        client.pool_idle_timeout(ms(90_000));
    }
}
// ANCHOR_END: used

// ANCHOR: new
impl FirstCall for Calls {
    async fn first(get: ResponseFuture, patience: Duration) -> Result<Bytes> {
        timeout(patience, whole(get)).await?
    }
}
// ANCHOR_END: new
