//! A limit in the database, set once for all, and high enough for the nightly export. Each orphan works up to that limit:
//! here, to its end.
use crate::*;

pub(crate) struct App;

const LIMIT: Duration = ms(30_000);

async fn forget_limit(db: &mut SqliteConnection) -> sqlx::Result<bool> {
    db.lock_handle().await?.remove_progress_handler();
    Ok(true)
}

impl OnSqlite for App {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool> {
        pool.after_release(|db, _| Box::pin(forget_limit(db))).connect_with(file).await
    }

    async fn report(pool: SqlitePool, rows: i64) -> sqlx::Result<i64> {
        let mut db = pool.acquire().await?;
        let ends = Instant::now() + LIMIT;
        db.lock_handle().await?.set_progress_handler(100, move || Instant::now() < ends);
        sqlx::query_scalar(REPORT).bind(rows).fetch_one(&mut *db).await
    }
}

impl OnPostgres for App {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        _: Duration,
    ) -> sqlx::Result<PgPool> {
        let limit = LIMIT.as_millis().to_string();
        pool.connect_with(server.options([("statement_timeout", limit)])).await
    }

    async fn report(pool: PgPool, seconds: f64) -> sqlx::Result<i64> {
        <buggy::App as OnPostgres>::report(pool, seconds).await
    }
}
