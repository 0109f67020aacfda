//! (`stream`) Tokio's `timeout` looks at the call first and at the clock second, so an answer that is there counts. It has to be there as a whole, for one look.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
        let calls = stream::iter(pages)
            .map(|page| async move { timeout(limit, page.fetch_without_limit()).await? });
        let mut answers = pin!(calls.buffered(4));
        while let Some(answer) = answers.next().await {
            rows.store(answer).await;
        }
    }
}

rest_is_fixed!(Shows, Asks, Reads);
