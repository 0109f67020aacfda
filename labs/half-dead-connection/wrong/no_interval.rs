//! How long to wait for a ping's answer, and that it is to be asked while idle too: only that it is to be asked at all is not
//! said. Without `http2_keep_alive_interval` no ping is ever sent.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client
            .timeout(limits.patience)
            .http2_keep_alive_timeout(limits.ping)
            .http2_keep_alive_while_idle(true)
            .build()
    }
}
