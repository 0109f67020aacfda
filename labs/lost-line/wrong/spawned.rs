//! A task is not dropped with its handle, so the reading goes on. It does, and gives its line to a handle that is gone.
use crate::*;
use std::sync::Arc;
use tokio::sync::Mutex;

pub(crate) struct Reader {
    peer: Arc<Mutex<Pipe>>,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer: Arc::new(Mutex::new(peer)) }
    }

    #[expect(clippy::await_holding_invalid_type, reason = "the lint is right, but not about this")]
    async fn next(&mut self) -> Option<String> {
        let peer = self.peer.clone();
        let reading = tokio::spawn(async move {
            let (mut line, mut peer) = (String::new(), peer.lock().await);
            while !line.ends_with('\n') {
                let byte = peer.read_u8().await.ok()?;
                line.push(char::from(byte));
            }
            Some(line)
        });
        reading.await.ok()?
    }
}
