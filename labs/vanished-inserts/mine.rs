//! Yours: start from the bug.
use crate::*;

pub(crate) struct Db {
    pool: PgPool,
}

impl Database for Db {
    fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        self.pool.begin().await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
