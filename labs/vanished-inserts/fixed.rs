//! BEGIN runs in a task of its own, to its end; the caller may leave.
use crate::*;

pub(crate) struct Db {
    pool: PgPool,
    tasks: TaskTracker,
}

impl Database for Db {
    fn new(pool: PgPool) -> Self {
        Self { pool, tasks: TaskTracker::new() }
    }

    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>> {
        let pool = self.pool.clone();
        let begin = self.tasks.spawn(async move { pool.begin().await });
        begin.await.map_err(io::Error::from)?
    }

    async fn close(&self) {
        self.tasks.close();
        self.tasks.wait().await;
        self.pool.close().await;
    }
}
