//! The app's end of a connection.

use crate::{
    conn::{Conn, Key, Outcome},
    servers::Servers,
};
use labkit::{ok_or_err, prelude::*};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};
use tokio::sync::OnceCell;

/// The app's end of the line to one of the two.
pub(crate) struct Client {
    pub(crate) lab: Lab,
    pub(crate) name: &'static str,
    pub(crate) conn: Conn,
    pub(crate) failed_probes: Arc<AtomicU32>,
    /// What has to happen before this one can be paid at.
    pub(crate) failover: Option<Failover>,
}

impl Client {
    /// Whether the last probe was answered. (There is one for the primary alone.)
    pub(crate) fn is_well(&self) -> bool {
        self.failed_probes.load(SeqCst) == 0
    }

    pub(crate) async fn read(&self, limit: Duration) -> Outcome {
        self.call("read", self.conn.read(), limit).await
    }

    pub(crate) async fn pay(&self, key: Key, limit: Duration) -> Outcome {
        if let Some(failover) = &self.failover {
            failover.done().await?;
        }
        self.call("payment", self.conn.pay(key), limit).await
    }

    async fn call(
        &self,
        what: &str,
        call: impl Future<Output = Outcome> + Send,
        limit: Duration,
    ) -> Outcome {
        let what = format!("{what} at the {}", self.name);
        let call = self.lab.lane("app").watch(&what, call).limit("timeout", limit);
        timeout(limit, call.outcome(ok_or_err).quiet())
            .await
            .unwrap_or_else(|_| Err(format!("the {} has not answered in time", self.name)))
    }
}

/// Somebody makes the replica the primary: once, by the book.
pub(crate) struct Failover {
    lane: Lane,
    servers: Arc<Servers>,
    /// How many payments the primary has been told of.
    payments: usize,
    done: OnceCell<()>,
}

impl Failover {
    pub(crate) fn new(lane: Lane, servers: Arc<Servers>, payments: usize) -> Self {
        Self { lane, servers, payments, done: OnceCell::new() }
    }

    async fn done(&self) -> std::result::Result<(), String> {
        let done = self.done.get_or_try_init(|| self.begin()).await;
        done.copied().map_err(|why| format!("there was no failover: {why}"))
    }

    /// All that the primary was told is at the replica before the primary goes: what is lost in a failover is another story.
    async fn begin(&self) -> Result {
        while self.servers.payments().await? < self.payments {
            sleep(ms(5)).await;
        }
        self.servers.fence().await?;
        self.lane.say("has fenced the old primary: it takes no writes");
        self.servers.promote().await?;
        self.lane.say("has promoted the replica");
        Ok(())
    }
}
