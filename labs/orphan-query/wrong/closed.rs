//! A connection that is closed on drop never comes back busy, and strangers are served again. The server does not see a
//! closed connection while it works: the orphans run on, behind the pool's back.
use crate::*;

pub(crate) struct App;

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        let mut db = pool.acquire().await?;
        db.close_on_drop();
        sqlx::query_scalar(REPORT).bind(rows).fetch_one(&mut *db).await
    }
}

impl OnPostgres for App {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        _: Duration,
    ) -> sqlx::Result<PgPool> {
        pool.connect_with(server).await
    }

    async fn report(pool: PgPool, seconds: f64) -> sqlx::Result<i64> {
        let mut db = pool.acquire().await?;
        db.close_on_drop();
        sqlx::query_scalar(SLOW_REPORT).bind(seconds).fetch_one(&mut *db).await
    }
}
