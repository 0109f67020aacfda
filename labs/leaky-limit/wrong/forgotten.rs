//! A drop must not give the place back, so it is given back by hand. After a drop nobody does.
use crate::*;

pub(crate) struct App;

// ANCHOR: reports
impl Reports for App {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64> {
        limit.acquire().await?.forget();
        let answer = sqlx::query_scalar(REPORT).fetch_one(&db).await;
        limit.add_permits(1);
        Ok(answer?)
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
