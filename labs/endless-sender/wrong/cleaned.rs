//! Whoever subscribes clears away the buffers of those who left. At night nobody subscribes.
use crate::*;

// ANCHOR: feed
impl Feeds for Desk {
    fn feed(mut source: Source) -> Quotes {
        let (sender, receiver) = mpsc::channel(16);
        tokio::spawn(async move {
            while let Some(quote) = source.next().await {
                if sender.send(quote).await.is_err() {
                    return;
                }
            }
        });
        Box::pin(ReceiverStream::new(receiver))
    }
}
// ANCHOR_END: feed

// ANCHOR: hub
#[derive(Default)]
pub(crate) struct Desk {
    buffers: Mutex<Vec<Arc<Buffer>>>,
}

impl Publishes for Desk {
    fn subscribe(&self) -> Arc<Buffer> {
        let buffer = Arc::new(Buffer::default());
        let mut buffers = lock(&self.buffers);
        buffers.retain(|buffer| Arc::strong_count(buffer) > 1);
        buffers.push(buffer.clone());
        buffer
    }

    fn publish(&self, quote: &Quote) {
        for buffer in lock(&self.buffers).iter() {
            buffer.push(quote.clone());
        }
    }
}
// ANCHOR_END: hub
