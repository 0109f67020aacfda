//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

impl Reports for App {
    async fn report(shop: &Shop, sql: &str) -> Result {
        let db = shop.pool.get().await?;
        let mut running = Running { db: Some(db), shop };
        running.execute(sql).await?;
        running.db = None;
        Ok(())
    }
}

/// A statement, cancelled where its caller leaves.
struct Running<'a> {
    db: Option<Object>,
    shop: &'a Shop,
}

impl Running<'_> {
    async fn execute(&self, sql: &str) -> Result {
        let db = self.db.as_ref().expect("it is taken at the end");
        Ok(db.batch_execute(sql).await?)
    }
}

// ANCHOR: drop
impl Drop for Running<'_> {
    fn drop(&mut self) {
        let Some(db) = self.db.take() else { return };
        let token = db.cancel_token();
        self.shop.tasks.spawn(async move { token.cancel_query(NoTls).await });
    }
}
// ANCHOR_END: drop
