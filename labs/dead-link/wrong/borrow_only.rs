//! A limit where a connection is lent. Those that were lent when the link died do not come back.
use crate::*;

pub(crate) struct App;

// ANCHOR: silent
impl Opens for App {
    async fn open(pool: PgPoolOptions, server: PgConnectOptions) -> sqlx::Result<PgPool> {
        let pool = pool.test_before_acquire(false).before_acquire(|db, _| Box::pin(answers(db)));
        pool.connect_with(server).await
    }
}

async fn answers(db: &mut PgConnection) -> sqlx::Result<bool> {
    timeout(ms(50), db.ping()).await.map_err(io::Error::from)??;
    Ok(true)
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
