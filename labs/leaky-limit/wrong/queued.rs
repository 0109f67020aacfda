//! All of it in the task. The limit holds, and the queue too is one of tasks whose callers have left.
use crate::*;

pub(crate) struct App;

// ANCHOR: reports
impl Reports for App {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64> {
        let work = tokio::spawn(async move {
            let _permit = limit.acquire().await?;
            Result::<i64>::Ok(sqlx::query_scalar(REPORT).fetch_one(&db).await?)
        });
        work.await?
    }
}
// ANCHOR_END: reports

// ANCHOR: uploads
impl Uploads for App {
    async fn take(store: &mut Store, upload: Upload) -> Result<usize> {
        let mut store = store.clone();
        store.ready().await?;
        let body = upload.body().await?;
        Ok(store.call(body).await?)
    }
}
// ANCHOR_END: uploads
