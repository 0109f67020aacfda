//! The error of `send` is looked at, so a client that leaves ends its task. A client that is slow is no error.
use crate::*;

// ANCHOR: feed
impl Feeds for Desk {
    fn feed(mut source: Source) -> Quotes {
        let (sender, receiver) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Some(quote) = source.next().await {
                if sender.send(quote).is_err() {
                    return;
                }
            }
        });
        Box::pin(UnboundedReceiverStream::new(receiver))
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
