//! The kernel looks after dead connections, with limits of its own. All of these connections live: what they do not do is
//! answer.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limit: Duration) -> reqwest::Result<Client> {
        let client = client.connect_timeout(limit).read_timeout(limit).tcp_keepalive(limit);
        // Elsewhere the kernel has no such limit to offer.
        #[cfg(target_os = "linux")]
        let client = client.tcp_user_timeout(limit);
        client.build()
    }
}
