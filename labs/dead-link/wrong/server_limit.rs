//! A limit in the server ends the query. On a dead link nobody hears of it.
use crate::*;

pub(crate) struct App;

// ANCHOR: silent
impl Opens for App {
    async fn open(pool: PgPoolOptions, server: PgConnectOptions) -> sqlx::Result<PgPool> {
        let server = server.options([("statement_timeout", "50")]);
        pool.connect_with(server).await
    }
}
// ANCHOR_END: silent

// ANCHOR: slow
impl Borrows for App {
    async fn borrow(pool: &PgPool) -> sqlx::Result<PoolConnection<Postgres>> {
        let pool = pool.clone();
        let acquire = tokio::spawn(async move { pool.acquire().await });
        acquire.await.map_err(io::Error::from)?
    }
}
// ANCHOR_END: slow
