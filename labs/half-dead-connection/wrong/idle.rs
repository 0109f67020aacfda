//! A pool that lets go of a connection soon after its last call gets rid of the dead one, too: in a test, where there are
//! pauses. Each call of a busy service sets that clock back to zero.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client.timeout(limits.patience).pool_idle_timeout(limits.patience).build()
    }
}
