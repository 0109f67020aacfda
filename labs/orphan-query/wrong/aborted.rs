//! The query in a task that is aborted when its caller leaves. That drops the future of the query, and it was dropped
//! before. The database is told as little.
use crate::*;

pub(crate) struct App;

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        let report = tokio::spawn(<buggy::App as OnSqlite>::report(pool, rows));
        AbortOnDropHandle::new(report).await.map_err(std::io::Error::from)?
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
        let report = tokio::spawn(<buggy::App as OnPostgres>::report(pool, seconds));
        AbortOnDropHandle::new(report).await.map_err(std::io::Error::from)?
    }
}
