//! Yours: start from the bug.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client> {
        client.connect_timeout(limit).read_timeout(limit).build()
    }
}
