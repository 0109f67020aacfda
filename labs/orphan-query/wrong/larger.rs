//! The pool is too small, says the error. Ten times the size serves strangers again, and lets ten times as many orphans
//! at the database before the error comes back.
use crate::*;

pub(crate) struct App;

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.max_connections(10 * POOL).connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        <buggy::App as OnSqlite>::report(pool, rows).await
    }
}

impl OnPostgres for App {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        _: Duration,
    ) -> sqlx::Result<PgPool> {
        pool.max_connections(10 * POOL).connect_with(server).await
    }

    async fn report(pool: PgPool, seconds: f64) -> sqlx::Result<i64> {
        <buggy::App as OnPostgres>::report(pool, seconds).await
    }
}
