//! The loop only accepts. Each connection introduces itself in a task of its own, and not for ever.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) -> Result {
        let open = TaskTracker::new();
        loop {
            let (stream, _) = listener.accept().await?;
            let tls = tls.clone();
            open.spawn(async move {
                if let Ok(Ok(stream)) = timeout(limit, tls.accept(stream)).await {
                    answer(stream, limit).await;
                }
            });
        }
    }
}
