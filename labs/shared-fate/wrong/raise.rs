//! Twice the limit looks generous. It is a count for the whole life of a connection, so all it buys is twice the time.
use crate::*;

pub(crate) struct Calls;

impl Settings for Calls {
    fn set(client: &mut Builder) {
        client.pool_idle_timeout(ms(90_000));
        client.http2_max_local_error_reset_streams(2048);
    }
}

impl FirstCall for Calls {
    async fn first(get: ResponseFuture, patience: Duration) -> Result<Bytes> {
        timeout(patience, whole(get)).await?
    }
}
