//! The connection is asked too: whoever does not answer a ping is closed, and the next call gets a new one.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client
            .timeout(limits.patience) // a call that takes longer is given up
            .http2_keep_alive_interval(limits.ping)
            .http2_keep_alive_timeout(limits.ping)
            .http2_keep_alive_while_idle(true)
            .build()
    }
}
