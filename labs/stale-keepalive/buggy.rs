//! Nobody repeats a call that fell into a connection the server was about to close.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        client.build()
    }
}
