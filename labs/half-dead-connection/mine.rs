//! Yours: start from the bug.
use crate::*;

pub(crate) struct Settings;

impl Configure for Settings {
    fn build(client: ClientBuilder, limits: Limits) -> reqwest::Result<Client> {
        client
            .timeout(limits.patience) // a call that takes longer is given up
            .build()
    }
}
