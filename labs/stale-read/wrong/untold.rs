//! The primary is the truth, and the cache will find out. It will, when what it has is 30 s old.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        site.primary.write(address).await;
    }
}
// ANCHOR_END: save
