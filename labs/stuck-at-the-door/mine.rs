//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        exporter.force_flush()
    }
}
// ANCHOR_END: flush

// ANCHOR: consumer
impl Works for App {
    async fn work(mut consumer: Consumer) -> Result {
        while let Some(_job) = consumer.next().await? {}
        Ok(())
    }
}
// ANCHOR_END: consumer
