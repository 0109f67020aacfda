//! The loop only accepts. Each connection introduces itself in a task of its own, and not for ever.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) {
        let open = TaskTracker::new();
        loop {
            let stream = accept(&listener).await;
            let tls = tls.clone();
            open.spawn(async move {
                if let Ok(Ok(stream)) = timeout(limit, tls.accept(stream)).await {
                    answer(stream, limit).await;
                }
            });
        }
    }
}
