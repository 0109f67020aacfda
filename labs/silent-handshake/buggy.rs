//! The loop that accepts connections waits for each of them to introduce itself.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) -> Result {
        let open = TaskTracker::new();
        loop {
            let (stream, _) = listener.accept().await?;
            if let Ok(stream) = tls.accept(stream).await {
                open.spawn(answer(stream, limit));
            }
        }
    }
}
