//! Who makes quotes waits for who reads them. Who is gone has no buffer.
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
    buffers: Mutex<Vec<Weak<Buffer>>>,
}

impl Publishes for Desk {
    fn subscribe(&self) -> Arc<Buffer> {
        let buffer = Arc::new(Buffer::default());
        lock(&self.buffers).push(Arc::downgrade(&buffer));
        buffer
    }

    fn publish(&self, quote: &Quote) {
        lock(&self.buffers).retain(|buffer| {
            let buffer = buffer.upgrade();
            buffer.inspect(|buffer| buffer.push(quote.clone())).is_some()
        });
    }
}
// ANCHOR_END: hub
