//! Let the server end sessions that nobody uses. A session with a query at work is not idle.
use crate::*;

pub(crate) struct App;

impl Stops for App {
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server.options([("idle_session_timeout", "1000")])
    }

    async fn slow(app: &Pools, sql: &'static str) -> sqlx::Result<()> {
        let mut db = app.pool.acquire().await?;
        db.close_on_drop();
        db.execute(sql).await?;
        Ok(())
    }
}

impl Frees for App {
    async fn slow(app: &Deadpool, sql: &'static str) -> Result {
        let db = app.pool.get().await?;
        db.batch_execute(sql).await?;
        Ok(())
    }
}
