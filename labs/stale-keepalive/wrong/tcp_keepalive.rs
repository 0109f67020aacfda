//! It is called keepalive, and asks whether the connection lives. The server is alive, and answers; what it will do with the
//! next request it does not say.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        client.tcp_keepalive(ms(10)).build()
    }
}
