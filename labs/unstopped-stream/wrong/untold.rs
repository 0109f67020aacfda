//! The client puts a timeout around the call, which fires as the channel's own does. The server is told by neither.
use crate::*;

pub(crate) struct App;

// ANCHOR: client
impl Reads for App {
    async fn fetch(calls: Client, patience: Duration, page: &Page) -> Outcome {
        let mut ask = Request::new(Ask::default());
        ask.set_timeout(patience);
        timeout(patience, read(calls, ask, page)).await.unwrap_or_else(|_| Err(too_late()))
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

// ANCHOR: header
impl Books for App {
    async fn book(endpoint: Endpoint, patience: Duration) -> Outcome<Answer> {
        let channel = endpoint.connect_lazy();
        let (mut calls, ask) = (CallsClient::new(channel), Request::new(Ask::default()));
        let answer = timeout(patience, calls.unary(ask)).await.unwrap_or_else(|_| Err(too_late()));
        Ok(answer?.into_inner())
    }
}
// ANCHOR_END: header
