//! `unconstrained` sounds like a future that nobody interrupts. It only lifts the budget after which Tokio makes a task
//! yield. Who drops the outer future drops this one.
use crate::*;

pub(crate) struct Db {
    pool: PgPool,
}

impl Database for Db {
    fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        tokio::task::unconstrained(self.pool.begin()).await
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
