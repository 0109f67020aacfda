//! A server that can be reached answers, as a rule; so the limit for reaching it seems to be the one that counts. It is over
//! when the connection stands.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client> {
        client.connect_timeout(limit).build()
    }
}
