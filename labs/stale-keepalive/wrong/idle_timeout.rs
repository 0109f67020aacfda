//! The pool lets go of connections before the server does, as everybody recommends. It makes the gap smaller: a server that
//! closes for reasons of its own, or just now, is still met.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder) -> reqwest::Result<Client> {
        client.pool_idle_timeout(ms(50)).build()
    }
}
