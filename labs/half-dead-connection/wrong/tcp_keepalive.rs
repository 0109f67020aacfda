//! The kernel can ask whether the other end is alive. It asks whoever holds the socket at the other end: a balancer that is
//! alive answers for a path that is dead. And its probes come only after a pause.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client.timeout(limits.patience).tcp_keepalive(limits.ping).build()
    }
}
