//! The drop in a task of its own: that blocks the thread all the same, from another task.
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
        Ok(tokio::spawn(async { drop(consumer) }).await?)
    }
}
// ANCHOR_END: consumer
