//! Yours: start from the bug.
use crate::*;

// ANCHOR: feed
impl Feeds for Desk {
    fn feed(mut source: Source) -> Quotes {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(quote) = source.next().await {
                let _ = sender.send(quote);
            }
        });
        Box::pin(UnboundedReceiverStream::new(receiver))
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
        lock(&self.buffers).push(buffer.clone());
        buffer
    }

    fn publish(&self, quote: &Quote) {
        for buffer in lock(&self.buffers).iter() {
            buffer.push(quote.clone());
        }
    }
}
// ANCHOR_END: hub
