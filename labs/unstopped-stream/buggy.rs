//! The deadline goes with the request.
use crate::*;

pub(crate) struct App;

// ANCHOR: client
impl Reads for App {
    async fn fetch(calls: Client, patience: Duration, page: &Page) -> Outcome {
        let mut ask = Request::new(Ask::default());
        ask.set_timeout(patience);
        read(calls, ask, page).await
    }
}
// ANCHOR_END: client

// ANCHOR: server
impl Writes for App {
    fn answer(_until: Instant, rows: Rows) -> Answers {
        Box::pin(unfold(rows, |mut rows| async {
            let row = rows.next().await?;
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
        Ok(calls.unary(ask).await?.into_inner())
    }
}
// ANCHOR_END: queue

// ANCHOR: header
impl Books for App {
    async fn book(endpoint: Endpoint, patience: Duration) -> Outcome<Answer> {
        let channel = endpoint.timeout(patience).connect_lazy();
        let ask = Request::new(Ask::default());
        Ok(CallsClient::new(channel).unary(ask).await?.into_inner())
    }
}
// ANCHOR_END: header
