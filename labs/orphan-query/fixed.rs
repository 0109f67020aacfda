//! Each database is told, in its own way, that a query has lost its caller.
use crate::*;

pub(crate) struct App;

// ANCHOR: sqlite
impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.after_release(|db, _| Box::pin(forget_caller(db))).connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        let mut db = pool.acquire().await?;
        let gone = CancellationToken::new();
        let _caller = gone.clone().drop_guard();
        db.lock_handle().await?.set_progress_handler(100, move || !gone.is_cancelled());
        sqlx::query_scalar(REPORT).bind(rows).fetch_one(&mut *db).await
    }
}

async fn forget_caller(db: &mut SqliteConnection) -> sqlx::Result<bool> {
    db.lock_handle().await?.remove_progress_handler();
    Ok(true)
}
// ANCHOR_END: sqlite

// ANCHOR: postgres
impl OnPostgres for App {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        patience: Duration,
    ) -> sqlx::Result<PgPool> {
        let limit = (patience + ms(50)).as_millis().to_string();
        pool.connect_with(server.options([("statement_timeout", limit)])).await
    }

    async fn report(pool: PgPool, seconds: f64) -> sqlx::Result<i64> {
        let mut db = pool.acquire().await?;
        sqlx::query_scalar(SLOW_REPORT).bind(seconds).fetch_one(&mut *db).await
    }
}
// ANCHOR_END: postgres
