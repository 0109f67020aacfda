//! What calls share is not charged for those that give up, and is not dropped with one of them.
use crate::*;

pub(crate) struct Calls;

// ANCHOR: used
impl Settings for Calls {
    fn set(client: &mut Builder) {
        client.pool_idle_timeout(ms(90_000));
        client.http2_max_local_error_reset_streams(None);
    }
}
// ANCHOR_END: used

// ANCHOR: new
impl FirstCall for Calls {
    async fn first(get: ResponseFuture, patience: Duration) -> Result<Bytes> {
        let call = tokio::spawn(whole(get));
        // still-running: allow(task-outlives-timeout): the handshake is for all that wait, and ends by itself
        timeout(patience, call).await??
    }
}
// ANCHOR_END: new
