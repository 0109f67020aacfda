//! A task for each handshake, and nobody waits for a stranger any more. Nobody lets go of one either: each keeps its task and
//! its socket for as long as it likes.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) {
        let open = TaskTracker::new();
        loop {
            let stream = accept(&listener).await;
            let tls = tls.clone();
            open.spawn(async move {
                if let Ok(stream) = tls.accept(stream).await {
                    answer(stream, limit).await;
                }
            });
        }
    }
}
