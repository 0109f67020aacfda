//! Several servers, one class: each tells the others through PostgreSQL that something changed, and reads it there. What was told is
//! only that; so it does not matter if it is missed, and never is it told once for each vote: that would hold up all of them.

use crate::store::{Place, SCHEMA, Store};
use sqlx::postgres::PgListener;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::Notify,
    time::{sleep, timeout},
};
use tracing::warn;

/// How often the others are told, at most.
const EVERY: Duration = Duration::from_millis(150);
/// How long nothing is told before we look by ourselves.
const POLL: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_secs(1);

/// Tells the others of what was written here.
pub async fn tell(store: &Store, wrote: &Notify) {
    if store.place.is_shared() {
        loop {
            wrote.notified().await;
            let told = sqlx::query(sqlx::AssertSqlSafe(format!("notify {SCHEMA}")));
            if let Err(error) = told.execute(&store.pool).await {
                warn!(%error, "other servers were not told; they look by themselves");
            }
            sleep(EVERY).await;
        }
    }
    std::future::pending().await
}

/// Hears of what was written elsewhere.
pub async fn hear(store: &Store, dirty: Arc<Notify>) {
    let Place::Postgres(url) = &store.place else { return std::future::pending().await };
    loop {
        if let Err(error) = listen(url, &dirty).await {
            warn!(%error, "other servers are not heard");
        }
        // What was told meanwhile is lost; so all is read anew.
        dirty.notify_one();
        sleep(AGAIN).await;
    }
}

async fn listen(url: &str, dirty: &Notify) -> sqlx::Result<()> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen(SCHEMA).await?;
    loop {
        match timeout(POLL, listener.try_recv()).await {
            // None: the connection was lost, and something may have been missed.
            Ok(heard) => drop(heard?),
            // Nothing was told, or nothing gets through: an answer tells which.
            Err(_) => timeout(POLL, listener.listen(SCHEMA)).await.map_err(|_| lost())??,
        }
        dirty.notify_one();
    }
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}
