use super::{
    Order, Output, StartError, Tree,
    handle::{self, Keeper},
};
use parking_lot::{Mutex, MutexGuard};
use std::{sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinSet, time::sleep};
use tracing::warn;

/// How many are kept: two may press Run in the same moment. In a crowd everybody starts their own.
const KEPT: usize = 2;
/// A new one is started only after this pause. Until then the run that took the last one needs the processor more.
const PAUSE: Duration = Duration::from_millis(20);

/// How long we wait where none could be started.
const RETRY: Duration = Duration::from_secs(1);

/// Keepers that are up and waiting, so that a run begins without waiting for one. Dropped, they end.
pub struct Spares {
    shelf: Arc<Shelf>,
    /// Held so that the task ends with us.
    _filling: JoinSet<()>,
}

#[derive(Default)]
struct Shelf {
    keepers: Mutex<Vec<Keeper>>,
    taken: Notify,
}

impl Spares {
    /// Must be called within a runtime.
    pub fn new() -> Self {
        let (shelf, mut filling) = (Arc::<Shelf>::default(), JoinSet::new());
        filling.spawn(keep_full(shelf.clone()));
        Self { shelf, _filling: filling }
    }

    /// Starts a program with a spare keeper, or with a new one where there is none, or it has died.
    pub async fn start(&self, order: &Order) -> Result<(Tree, Output), StartError> {
        match self.shelf.take() {
            Some(keeper) => match keeper.start(order).await {
                Err(StartError::Keeper(_)) => handle::start(order).await,
                started => started,
            },
            None => handle::start(order).await,
        }
    }
}

impl Default for Spares {
    fn default() -> Self {
        Self::new()
    }
}

impl Shelf {
    fn take(&self) -> Option<Keeper> {
        let keeper = self.lock().pop();
        self.taken.notify_one();
        keeper
    }

    fn add(&self, keeper: Keeper) {
        self.lock().push(keeper);
    }

    fn is_full(&self) -> bool {
        self.lock().len() >= KEPT
    }

    /// Short, and never held across an await.
    fn lock(&self) -> MutexGuard<'_, Vec<Keeper>> {
        self.keepers.lock()
    }
}

async fn keep_full(shelf: Arc<Shelf>) {
    loop {
        match Keeper::ready() {
            Ok(keeper) => shelf.add(keeper),
            Err(error) => {
                warn!(%error, "no spare keeper could be started");
                sleep(RETRY).await;
            }
        }
        while shelf.is_full() {
            shelf.taken.notified().await;
        }
        sleep(PAUSE).await;
    }
}
