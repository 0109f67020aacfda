//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: stream
impl Imports for App {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
        let calls = stream::iter(pages).map(|page| page.fetch(limit));
        let mut answers = pin!(calls.buffered(4));
        while let Some(answer) = answers.next().await {
            rows.store(answer).await;
        }
    }
}
// ANCHOR_END: stream

// ANCHOR: thread
impl Shows for App {
    async fn show(page: Page, limit: Duration, index: impl Index) -> Result<Bytes> {
        let (answer, ()) = join!(page.fetch(limit), async { index() });
        answer
    }
}
// ANCHOR_END: thread

// ANCHOR: queue
impl Asks for App {
    async fn ask(places: &Semaphore, page: Page, limit: Duration) -> Result<Bytes> {
        let call = async {
            let _place = places.acquire().await?;
            page.fetch_without_limit().await
        };
        timeout(limit, call).await?
    }
}
// ANCHOR_END: queue

// ANCHOR: chunks
impl Reads for App {
    fn client(builder: ClientBuilder, limit: Duration) -> ClientBuilder {
        builder.read_timeout(limit)
    }

    async fn read(mut answer: Response, _limit: Duration, rows: &Rows) -> Result {
        while let Some(chunk) = answer.chunk().await? {
            rows.store(Ok(chunk)).await;
        }
        Ok(())
    }
}
// ANCHOR_END: chunks
