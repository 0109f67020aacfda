//! A limit for the body, too. It ends the wait, and the place stays reserved.
use crate::*;

pub(crate) struct App;

// ANCHOR: reports
impl Reports for App {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64> {
        let permit = limit.acquire_owned().await?;
        let work = tokio::spawn(async move {
            let _permit = permit;
            sqlx::query_scalar(REPORT).fetch_one(&db).await
        });
        Ok(work.await??)
    }
}
// ANCHOR_END: reports

// ANCHOR: uploads
impl Uploads for App {
    async fn take(store: &mut Store, upload: Upload) -> Result<usize> {
        store.ready().await?;
        let body = timeout(ms(10), upload.body()).await??;
        Ok(store.call(body).await?)
    }
}
// ANCHOR_END: uploads
