//! The stream ends at its deadline, cleanly: two rows look like all there are.
use crate::*;

pub(crate) struct App;

// ANCHOR: client
impl Reads for App {
    async fn fetch(calls: Client, patience: Duration, page: &Page) -> Outcome {
        let mut ask = Request::new(Ask::default());
        ask.set_timeout(patience);
        timeout(patience, read(calls, ask, page)).await.unwrap_or(Ok(()))
    }
}
// ANCHOR_END: client

// ANCHOR: server
impl Writes for App {
    fn answer(until: Instant, rows: Rows) -> Answers {
        Box::pin(unfold(rows, move |mut rows| async move {
            let row = timeout_at(until, rows.next()).await.ok()??;
            Some((Ok(row), rows))
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
