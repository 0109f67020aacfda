//! Who saves may leave. The two writes, once begun, are one piece of work, and it has an owner.
use crate::*;

pub(crate) struct App;

// ANCHOR: save
impl Saves for App {
    async fn save(site: &Site, address: Address) {
        let (primary, cache) = (site.primary.clone(), site.cache.clone());
        let both = site.tasks.spawn(async move {
            primary.write(address).await;
            cache.put(address).await;
        });
        both.await.expect("it runs to its end");
    }
}
// ANCHOR_END: save
