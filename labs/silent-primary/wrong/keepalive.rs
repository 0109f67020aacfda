//! The dead connection is found, and thrown away, by keep-alive. The next one goes to the same silence.
use crate::*;

pub(crate) struct App;

impl Reads for App {
    fn to_primary(endpoint: Endpoint) -> Endpoint {
        endpoint.http2_keep_alive_interval(ms(60)).keep_alive_timeout(ms(60))
    }

    async fn read(pair: &Pair, limit: Duration) -> Outcome {
        pair.primary.read(limit).await
    }
}
rest_is_fixed!(Pays, Runbook);
