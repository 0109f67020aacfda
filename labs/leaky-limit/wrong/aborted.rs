//! No task without an owner: the drop ends the task, and with it the permit. The database is not told.
use crate::*;

pub(crate) struct App;

// ANCHOR: reports
impl Reports for App {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64> {
        let permit = limit.acquire_owned().await?;
        let work = AbortOnDropHandle::new(tokio::spawn(async move {
            let _permit = permit;
            sqlx::query_scalar(REPORT).fetch_one(&db).await
        }));
        Ok(work.await??)
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
