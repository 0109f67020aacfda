//! What is shown, for all servers of a class.

use super::Hall;
use crate::{
    store::{Done, OnStage, Piece, Tx, stage},
    watch,
};
use tokio::sync::watch::Receiver;

impl Hall {
    /// Whether other servers may have this class, too.
    pub fn is_shared(&self) -> bool {
        self.store.place.is_shared()
    }

    /// What the others know this server by, for as long as it runs.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Told whenever something may have changed there.
    pub fn stage_news(&self) -> Receiver<()> {
        self.staged.subscribe()
    }

    /// Shows a run of this server on all; gives whether it is shown: not while a question waits for its reveal.
    pub async fn put_on_stage(&self, run: &str, about: String, said: String) -> Done<bool> {
        let (run, server) = (run.to_owned(), self.server.clone());
        let on = OnStage { run, server, about, said, beat: 0, stop: false };
        let write = async {
            let mut tx = self.store.pool.begin().await?;
            let done = stage::put(&mut tx, &self.id, &on).await?;
            self.commit(tx).await?;
            Ok(done)
        };
        self.store.in_time(write).await
    }

    /// Nothing is shown any more, on no server.
    pub async fn clear_stage(&self) -> Done<()> {
        let write = async {
            let mut tx = self.store.pool.begin().await?;
            stage::clear(&mut tx, &self.id).await?;
            self.commit(tx).await
        };
        self.store.in_time(write).await
    }

    /// What is shown, and how often all runs were ended.
    pub async fn on_stage(&self) -> Done<(Option<OnStage>, i64)> {
        let read = async {
            let mut tx = self.store.pool.begin().await?;
            let on = stage::get(&mut tx, &self.id).await?;
            let stops = stage::stops(&mut tx, &self.id).await?;
            tx.commit().await?;
            Ok((on, stops))
        };
        self.store.in_time(read).await
    }

    /// More output of the run that this server shows, how it goes, and from where on it is kept. Gives whether it is still shown.
    pub async fn append(&self, run: &str, more: (&[Piece], &str, u64)) -> Done<bool> {
        let write = async {
            let mut tx = self.store.pool.begin().await?;
            let done = stage::append(&mut tx, &self.id, run, more).await?;
            self.commit(tx).await?;
            Ok(done)
        };
        self.store.in_time(write).await
    }

    /// The next output of the run that is shown, from that byte on; nothing where there is no more yet.
    pub async fn pieces(&self, run: &str, from: u64) -> Done<Vec<Piece>> {
        let read = async {
            let mut tx = self.store.pool.begin().await?;
            let pieces = stage::pieces(&mut tx, &self.id, run, from).await?;
            tx.commit().await?;
            Ok(pieces)
        };
        self.store.in_time(read).await
    }

    /// Asks the server of that run to end it.
    pub async fn ask_to_stop(&self, run: &str) -> Done<()> {
        let write = async {
            let mut tx = self.store.pool.begin().await?;
            stage::stop(&mut tx, &self.id, run).await?;
            self.commit(tx).await
        };
        self.store.in_time(write).await
    }

    /// Asks all servers to end all their runs; gives how often that was asked by now.
    pub async fn stop_all(&self) -> Done<i64> {
        let write = async {
            let mut tx = self.store.pool.begin().await?;
            let done = stage::stop_all(&mut tx, &self.id).await?;
            self.commit(tx).await?;
            Ok(done)
        };
        self.store.in_time(write).await
    }

    /// Writes, and tells the others in the same instant.
    async fn commit(&self, mut tx: Tx) -> Done<()> {
        if self.is_shared() {
            watch::tell_of_the_stage(&mut tx).await?;
        }
        Ok(tx.commit().await?)
    }
}
