use super::Hall;
use crate::{
    Refused,
    snapshot::{self, Shown},
    watch,
};
use std::{sync::Arc, time::Duration};
use tokio::time::{interval, sleep};
use tracing::warn;

/// How often pages are told of what changed, at most.
const EVERY: Duration = Duration::from_millis(100);
/// How often we look whether something is due to be deleted: a server may run longer than classes are kept.
const SWEEP: Duration = Duration::from_secs(3600);

impl Hall {
    /// Reads it anew whenever something changed, here or elsewhere, until it is closed.
    pub(super) async fn keep_showing(self: Arc<Self>) {
        tokio::select! {
            () = self.closing.cancelled() => {}
            () = self.read_again_and_again() => {}
            () = self.sweep_again_and_again() => {}
            () = watch::tell(&self.store, &self.wrote) => {}
            () = watch::hear(&self.store, self.dirty.clone(), &self.staged) => {}
        }
    }

    async fn read_again_and_again(&self) {
        loop {
            self.dirty.notified().await;
            let here = self.present.lock().here();
            let read = snapshot::read(&self.store, &self.id, &here);
            match self.store.in_time(read).await {
                Ok(read) => drop(self.show.send_replace(Arc::new(read))),
                Err(Refused::NotJoined) => self.forget(),
                Err(why) => {
                    warn!(%why, "the class can't be read");
                    let said = why.to_string();
                    self.show.send_modify(|shown| *shown = Arc::new(shown.in_trouble(&said)));
                    sleep(EVERY * 10).await;
                    self.dirty.notify_one();
                }
            }
            sleep(EVERY).await;
        }
    }

    /// It is deleted, here or by another server: then no page sees it any more, and nobody is known.
    pub(super) fn forget(&self) {
        self.known.lock().clear();
        self.show.send_modify(|shown| *shown = Arc::new(Shown::deleted(&shown.class)));
    }

    async fn sweep_again_and_again(&self) {
        let mut due = interval(SWEEP);
        loop {
            due.tick().await;
            if let Err(why) = self.sweep().await {
                warn!(%why, "what is over for long is not deleted yet");
            }
        }
    }
}
