//! Let the server probe its connections. Its kernel learns of the end at once; the process that runs the query does not ask it.
use crate::*;

pub(crate) struct App;

impl Stops for App {
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server.options([("tcp_keepalives_idle", "1"), ("tcp_keepalives_interval", "1")])
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
