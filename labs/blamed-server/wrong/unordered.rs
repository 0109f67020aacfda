//! (`stream`) Whichever answer is there first is taken first, so no answer waits behind another one. They all wait for the loop's body.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
        let calls = stream::iter(pages).map(|page| page.fetch(limit));
        let mut answers = pin!(calls.buffer_unordered(4));
        while let Some(answer) = answers.next().await {
            rows.store(answer).await;
        }
    }
}

rest_is_fixed!(Shows, Asks, Reads);
