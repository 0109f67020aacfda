//! (`stream`, `chunks`) Twice the limit, as *the server seems to need it*. It is the work that needs it, and there is more work on another day.
use crate::*;

pub(crate) struct App;

impl Imports for App {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
        let calls = stream::iter(pages).map(|page| page.fetch(2 * limit));
        let mut answers = pin!(calls.buffered(4));
        while let Some(answer) = answers.next().await {
            rows.store(answer).await;
        }
    }
}

impl Reads for App {
    fn client(builder: ClientBuilder, limit: Duration) -> ClientBuilder {
        builder.read_timeout(2 * limit)
    }

    async fn read(mut answer: Response, _limit: Duration, rows: &Rows) -> Result {
        while let Some(chunk) = answer.chunk().await? {
            rows.store(Ok(chunk)).await;
        }
        Ok(())
    }
}

rest_is_fixed!(Shows, Asks);
