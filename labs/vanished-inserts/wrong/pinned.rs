//! What is pinned stays where it is. It is not moved, true; it is dropped with its box all the same, and the box is the
//! caller's.
use crate::*;

pub(crate) struct Db {
    pool: PgPool,
}

impl Database for Db {
    fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let mut begin = Box::pin(self.pool.begin());
        begin.as_mut().await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
