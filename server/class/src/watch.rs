//! Several servers, one class: each tells the others through PostgreSQL that something changed, and reads it there. What was told is
//! only that; so it does not matter if it is missed, and never is it told once for each vote: that would hold up all of them.

use crate::store::{Done, Place, SCHEMA, Store, Tx};
use sqlx::postgres::PgListener;
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, watch},
    time::{sleep, timeout},
};
use tracing::warn;

/// How often the others are told, at most.
const EVERY: Duration = Duration::from_millis(150);
/// How long nothing is told before we look by ourselves.
const POLL: Duration = Duration::from_secs(5);
const AGAIN: Duration = Duration::from_secs(1);
/// Where news of the run that is shown goes: the class is not read anew for each piece of its output.
const STAGE: &str = "still_running_stage";

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

/// Tells the others of the run that is shown, when this is written.
pub async fn tell_of_the_stage(tx: &mut Tx) -> Done<()> {
    sqlx::query(sqlx::AssertSqlSafe(format!("notify {STAGE}"))).execute(&mut **tx).await?;
    Ok(())
}

/// Hears of what was written elsewhere.
pub async fn hear(store: &Store, dirty: Arc<Notify>, staged: &watch::Sender<()>) {
    let Place::Postgres(url) = &store.place else { return std::future::pending().await };
    loop {
        if let Err(error) = listen(url, &dirty, staged).await {
            warn!(%error, "other servers are not heard");
        }
        // What was told meanwhile is lost; so all is read anew.
        dirty.notify_one();
        staged.send_replace(());
        sleep(AGAIN).await;
    }
}

async fn listen(url: &str, dirty: &Notify, staged: &watch::Sender<()>) -> sqlx::Result<()> {
    let mut listener = PgListener::connect(url).await?;
    listener.listen_all([SCHEMA, STAGE]).await?;
    loop {
        let heard = match timeout(POLL, listener.try_recv()).await {
            // None: the connection was lost, and something may have been missed.
            Ok(heard) => heard?,
            // Nothing was told, or nothing gets through: an answer tells which.
            Err(_) => {
                timeout(POLL, listener.listen(SCHEMA)).await.map_err(|_| lost())??;
                None
            }
        };
        if heard.is_none_or(|heard| heard.channel() == SCHEMA) {
            dirty.notify_one();
        }
        // A step of the teacher's may have put the run away.
        staged.send_replace(());
    }
}

fn lost() -> sqlx::Error {
    sqlx::Error::Io(std::io::ErrorKind::TimedOut.into())
}
