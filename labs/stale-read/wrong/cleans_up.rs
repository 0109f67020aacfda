//! A guard cleans up when the save is cut: the cache forgets. The next reader fills it again, from a copy that does not know yet.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        let guard = Forgets(site.clone());
        site.primary.write(address).await;
        site.cache.put(address).await;
        drop(guard);
    }
}
// ANCHOR_END: save

struct Forgets(Site);

impl Drop for Forgets {
    fn drop(&mut self) {
        let site = self.0.clone();
        self.0.tasks.spawn(async move { site.cache.forget().await });
    }
}
