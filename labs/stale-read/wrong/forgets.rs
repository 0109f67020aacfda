//! The cache forgets first, so that it can't be wrong. The next reader fills it again, from a copy that does not know yet.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        site.cache.forget().await;
        site.primary.write(address).await;
        site.cache.put(address).await;
    }
}
// ANCHOR_END: save
