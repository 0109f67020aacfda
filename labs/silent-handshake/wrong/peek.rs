//! Who has sent a byte has begun to speak; so the loop waits for a first byte, and no longer. That is the same wait, under
//! another name.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) {
        let open = TaskTracker::new();
        loop {
            let stream = accept(&listener).await;
            let spoke = timeout(limit, stream.peek(&mut [0])).await;
            let tls = tls.clone();
            open.spawn(async move {
                if spoke.is_ok()
                    && let Ok(Ok(stream)) = timeout(limit, tls.accept(stream)).await
                {
                    answer(stream, limit).await;
                }
            });
        }
    }
}
