//! A task for `begin()`, and tidy: it is aborted when its caller leaves, so that none is left over. An aborted task is
//! dropped at its await, and that is where the caller's future would have been dropped.
use crate::*;
use tokio_util::task::AbortOnDropHandle;

pub(crate) struct Db {
    pool: PgPool,
}

impl Database for Db {
    fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let pool = self.pool.clone();
        let begin = AbortOnDropHandle::new(tokio::spawn(async move { pool.begin().await }));
        begin.await.map_err(io::Error::from)?
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
