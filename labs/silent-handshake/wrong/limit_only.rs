//! The handshake gets a limit, and one silent client no longer holds up the loop for ever. It holds it up for that limit, and
//! several hold it up one after the other.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) {
        let open = TaskTracker::new();
        loop {
            let stream = accept(&listener).await;
            if let Ok(Ok(stream)) = timeout(limit, tls.accept(stream)).await {
                open.spawn(answer(stream, limit));
            }
        }
    }
}
