//! Keep the connection until the report is over. The cancel may still be on its way then, and finds the next one.
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
        self.shop.tasks.spawn(async move {
            // Answered when the report is over: a connection works through its statements in turn.
            db.batch_execute("select 1").await
        });
    }
}
// ANCHOR_END: drop
