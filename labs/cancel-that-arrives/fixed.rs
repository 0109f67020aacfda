//! A connection that is left in the middle of a query is closed, and the server looks for that twenty times a second.
use crate::*;

pub(crate) struct App;

// ANCHOR: sqlx
impl Stops for App {
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server.options([("client_connection_check_interval", "50")])
    }

    async fn slow(app: &Pools, sql: &'static str) -> sqlx::Result<()> {
        let mut db = app.pool.acquire().await?;
        db.close_on_drop();
        db.execute(sql).await?;
        Ok(())
    }
}
// ANCHOR_END: sqlx

// ANCHOR: others
impl Frees for App {
    async fn slow(app: &Deadpool, sql: &'static str) -> Result {
        let db = app.pool.get().await?;
        let mut running = Slow { db: Some(db), app };
        running.db.as_ref().expect("it was put there").batch_execute(sql).await?;
        running.db = None;
        Ok(())
    }
}

/// A query, cancelled where its caller leaves.
struct Slow<'a> {
    db: Option<Object>,
    app: &'a Deadpool,
}

impl Drop for Slow<'_> {
    fn drop(&mut self) {
        let (Some(db), server) = (self.db.take(), self.app.server) else { return };
        self.app.tasks.spawn(async move {
            // Only after that may somebody else have it. One that can't be cancelled is not given back.
            match cancel(server, &db).await {
                Ok(()) => drop(db),
                Err(_) => drop(Object::take(db)),
            }
        });
    }
}
// ANCHOR_END: others
