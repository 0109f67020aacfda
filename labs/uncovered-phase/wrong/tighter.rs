//! The limit for silence is made tighter, until nothing slow gets through. What drips is slow without ever being silent.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client> {
        client.connect_timeout(limit).read_timeout(limit / 4).build()
    }
}
