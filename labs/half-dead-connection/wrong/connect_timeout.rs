//! A limit for connecting sounds like a limit for connections. It is one for the handshake, and nobody connects here.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client.timeout(limits.patience).connect_timeout(limits.ping).build()
    }
}
