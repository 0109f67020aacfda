//! A limit on each message. A stream that drips is never late, and never ends.
use crate::*;

pub(crate) struct App;

// ANCHOR: client
impl Reads for App {
    async fn fetch(mut calls: Client, patience: Duration, page: &Page) -> Outcome {
        let mut ask = Request::new(Ask::default());
        ask.set_timeout(patience);
        let mut rows = calls.server_stream(ask).await?.into_inner();
        while let Some(row) = limit(patience, rows.message()).await? {
            page.show(row.number);
        }
        Ok(())
    }
}
// ANCHOR_END: client

// ANCHOR: server
impl Writes for App {
    fn answer(until: Instant, rows: Rows) -> Answers {
        Box::pin(unfold(Some(rows), move |rows| async move {
            let mut rows = rows?;
            match timeout_at(until, rows.next()).await {
                Ok(row) => Some((Ok(row?), Some(rows))),
                Err(_) => Some((Err(too_late()), None)),
            }
        }))
    }
}
// ANCHOR_END: server

// ANCHOR: queue
impl Asks for App {
    async fn total(mut calls: Client, patience: Duration) -> Outcome<Answer> {
        let mut ask = Request::new(Ask { number: 2, ..Ask::default() });
        ask.set_timeout(patience);
        let answer = timeout(patience, calls.unary(ask)).await.unwrap_or_else(|_| Err(too_late()));
        Ok(answer?.into_inner())
    }
}
// ANCHOR_END: queue

async fn limit<T>(patience: Duration, call: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    timeout(patience, call).await.unwrap_or_else(|_| Err(too_late()))
}

// ANCHOR: header
impl Books for App {
    async fn book(endpoint: Endpoint, patience: Duration) -> Outcome<Answer> {
        let channel = endpoint.connect_lazy();
        let mut ask = Request::new(Ask::default());
        ask.set_timeout(patience);
        Ok(CallsClient::new(channel).unary(ask).await?.into_inner())
    }
}
// ANCHOR_END: header
