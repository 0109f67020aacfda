//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: reports
impl Reports for App {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64> {
        let _permit = limit.acquire().await?;
        Ok(sqlx::query_scalar(REPORT).fetch_one(&db).await?)
    }
}
// ANCHOR_END: reports

// ANCHOR: uploads
impl Uploads for App {
    async fn take(store: &mut Store, upload: Upload) -> Result<usize> {
        store.ready().await?;
        let body = upload.body().await?;
        Ok(store.call(body).await?)
    }
}
// ANCHOR_END: uploads
