//! A limit around it. The timer is on the thread that waits, and so the limit never fires.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        timeout(ms(200), async { exporter.force_flush() }).await?
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
