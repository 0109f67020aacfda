//! The cache is told first: what readers see is new at once. Whether it is true is not known yet, and a new version that the primary never got would look the same.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        site.cache.put(address).await;
        site.primary.write(address).await;
    }
}
// ANCHOR_END: save
