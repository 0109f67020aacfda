//! A shorter timeout gives up sooner, and each call costs less. It says nothing to the connection: the next call fails as fast.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client.timeout(limits.patience / 2).build()
    }
}
