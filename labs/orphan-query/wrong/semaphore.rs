//! A semaphore lets only two reports at the database. Its permit lives in the caller's future, and is given back when that
//! is dropped, with the query still at work.
use crate::*;
use tokio::sync::Semaphore;

pub(crate) struct App;

static AT_MOST: Semaphore = Semaphore::const_new(2);

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        let _permit = AT_MOST.acquire().await;
        <buggy::App as OnSqlite>::report(pool, rows).await
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
        let _permit = AT_MOST.acquire().await;
        <buggy::App as OnPostgres>::report(pool, seconds).await
    }
}
