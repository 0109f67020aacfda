//! The other tasks get a turn first. They would need one after.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        yield_now().await;
        exporter.force_flush()
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
