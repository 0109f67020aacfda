//! Several loops share the work, as with worker processes, so one that waits does no harm. As many silent clients as there
//! are loops do.
use crate::*;

pub(crate) struct Loop;

impl Accept for Loop {
    async fn run(listener: TcpListener, tls: Tls, limit: Duration) {
        let (listener, mut loops) = (Arc::new(listener), JoinSet::new());
        for _ in 0..4 {
            let (listener, tls) = (listener.clone(), tls.clone());
            loops.spawn(async move {
                loop {
                    let stream = accept(&listener).await;
                    if let Ok(Ok(stream)) = timeout(limit, tls.accept(stream)).await {
                        answer(stream, limit).await;
                    }
                }
            });
        }
        loops.join_all().await;
    }
}
