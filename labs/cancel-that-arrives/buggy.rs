//! A connection that is left in the middle of a query is closed. The server is busy, and does not look.
use crate::*;

pub(crate) struct App;

// ANCHOR: sqlx
impl Stops for App {
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server
    }

    async fn slow(app: &Pools, sql: &'static str) -> sqlx::Result<()> {
        let mut db = app.pool.acquire().await?;
        db.close_on_drop();
        db.execute(sql).await?;
        Ok(())
    }
}
// ANCHOR_END: sqlx

// ANCHOR: others
impl Frees for App {
    async fn slow(app: &Deadpool, sql: &'static str) -> Result {
        let db = app.pool.get().await?;
        db.batch_execute(sql).await?;
        Ok(())
    }
}
// ANCHOR_END: others
