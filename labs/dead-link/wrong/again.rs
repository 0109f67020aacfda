//! Try again quickly, within the same patience. Each try begins another connect.
use crate::*;

pub(crate) struct App;

// ANCHOR: silent
impl Opens for App {
    async fn open(pool: PgPoolOptions, server: PgConnectOptions) -> sqlx::Result<PgPool> {
        let pool = pool.test_before_acquire(false).before_acquire(|db, _| Box::pin(answers(db)));
        pool.after_release(|db, _| Box::pin(answers(db))).connect_with(server).await
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
        loop {
            if let Ok(db) = timeout(ms(40), pool.acquire()).await {
                return db;
            }
        }
    }
}
// ANCHOR_END: slow
