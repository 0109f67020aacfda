//! Each database has a timeout in its settings. These two limit how long a statement *waits for a lock*; one that works
//! is not their business.
use crate::*;

pub(crate) struct App;

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.connect_with(file.busy_timeout(ms(100))).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        <buggy::App as OnSqlite>::report(pool, rows).await
    }
}

impl OnPostgres for App {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        patience: Duration,
    ) -> sqlx::Result<PgPool> {
        let limit = patience.as_millis().to_string();
        pool.connect_with(server.options([("lock_timeout", limit)])).await
    }

    async fn report(pool: PgPool, seconds: f64) -> sqlx::Result<i64> {
        <buggy::App as OnPostgres>::report(pool, seconds).await
    }
}
