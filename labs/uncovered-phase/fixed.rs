//! One timeout, from `send()` to the last byte of the body.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client> {
        client.connect_timeout(limit).timeout(limit).build()
    }
}
