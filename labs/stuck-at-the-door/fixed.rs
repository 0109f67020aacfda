//! What blocks gets a thread that may block, and what can be awaited is awaited before the drop.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        spawn_blocking(move || exporter.force_flush()).await?
    }
}
// ANCHOR_END: flush

// ANCHOR: consumer
impl Works for App {
    async fn work(mut consumer: Consumer) -> Result {
        while let Some(_job) = consumer.next().await? {}
        consumer.close().await
    }
}
// ANCHOR_END: consumer
