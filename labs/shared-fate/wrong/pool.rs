//! A larger pool looks like more connections, so that fewer calls share one. Over HTTP/2 there is one for each site, however many may be idle.
use crate::*;

pub(crate) struct Calls;

impl Settings for Calls {
    fn set(client: &mut Builder) {
        client.pool_idle_timeout(ms(90_000));
        client.pool_max_idle_per_host(32);
    }
}

impl FirstCall for Calls {
    async fn first(get: ResponseFuture, patience: Duration) -> Result<Bytes> {
        timeout(patience, whole(get)).await?
    }
}
