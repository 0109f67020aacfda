//! The limit is for the server, so it counts only while the server is waited for.
use crate::*;

pub(crate) struct App;

// ANCHOR: stream
impl Imports for App {
    async fn import(pages: Vec<Page>, limit: Duration, rows: &Rows) {
        let calls = stream::iter(pages).map(|page| in_a_task(page.fetch(limit)));
        let mut answers = pin!(calls.buffered(4));
        while let Some(answer) = answers.next().await {
            rows.store(answer).await;
        }
    }
}

async fn in_a_task(call: impl Future<Output = Result<Bytes>> + Send + 'static) -> Result<Bytes> {
    AbortOnDropHandle::new(tokio::spawn(call)).await?
}
// ANCHOR_END: stream

// ANCHOR: thread
impl Shows for App {
    async fn show(page: Page, limit: Duration, index: impl Index) -> Result<Bytes> {
        let (answer, indexed) = join!(page.fetch(limit), spawn_blocking(index));
        indexed?;
        answer
    }
}
// ANCHOR_END: thread

// ANCHOR: queue
impl Asks for App {
    async fn ask(places: &Semaphore, page: Page, limit: Duration) -> Result<Bytes> {
        let _place = places.acquire().await?;
        timeout(limit, page.fetch_without_limit()).await?
    }
}
// ANCHOR_END: queue

// ANCHOR: chunks
impl Reads for App {
    fn client(builder: ClientBuilder, _limit: Duration) -> ClientBuilder {
        builder
    }

    async fn read(mut answer: Response, limit: Duration, rows: &Rows) -> Result {
        while let Some(chunk) = timeout(limit, answer.chunk()).await?? {
            rows.store(Ok(chunk)).await;
        }
        Ok(())
    }
}
// ANCHOR_END: chunks
