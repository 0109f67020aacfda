//! A pool as it comes: it looks after its connections by itself.
use crate::*;

pub(crate) struct App;

// ANCHOR: silent
impl Opens for App {
    async fn open(pool: PgPoolOptions, server: PgConnectOptions) -> sqlx::Result<PgPool> {
        pool.connect_with(server).await
    }
}
// ANCHOR_END: silent

// ANCHOR: slow
impl Borrows for App {
    async fn borrow(pool: &PgPool) -> sqlx::Result<PoolConnection<Postgres>> {
        pool.acquire().await
    }
}
// ANCHOR_END: slow
