//! Tokio has a function for what blocks in place. On a runtime of one thread it panics: there is nobody to hand the other tasks to.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        block_in_place(|| exporter.force_flush())
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
