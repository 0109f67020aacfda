//! A thread of its own may block. But then this one blocks in `join`, and it is the one that is needed.
use crate::*;

pub(crate) struct App;

// ANCHOR: flush
impl Traced for App {
    async fn stop(exporter: Exporter) -> Result {
        thread::spawn(move || exporter.force_flush()).join().expect("it does not panic")
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
