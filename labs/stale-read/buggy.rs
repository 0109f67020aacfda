//! What is saved goes to the primary first, and then into the cache.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        site.primary.write(address).await;
        site.cache.put(address).await;
    }
}
// ANCHOR_END: save
