use super::{
    Order, Output, StartError, Tree,
    handle::{self, Keeper},
};
use std::io;
use tokio::{
    sync::{mpsc, oneshot},
    task::JoinSet,
};

/// A keeper that is up and waiting, so that a run begins without waiting for one. Dropped, it ends.
pub struct Spares {
    asks: mpsc::Sender<Ask>,
    /// Held so that the task ends with us.
    _keeping: JoinSet<()>,
}

type Ask = oneshot::Sender<io::Result<Keeper>>;

impl Spares {
    /// Must be called within a runtime.
    pub fn new() -> Self {
        let (asks, asked) = mpsc::channel(16);
        let mut keeping = JoinSet::new();
        keeping.spawn(keep_one_ready(asked));
        Self { asks, _keeping: keeping }
    }

    /// Starts a program with the spare keeper, or with a new one where the spare has died.
    pub async fn start(&self, order: &Order) -> Result<(Tree, Output), StartError> {
        match self.take().await {
            Some(keeper) => match keeper?.start(order).await {
                Err(StartError::Keeper(_)) => handle::start(order).await,
                started => started,
            },
            None => handle::start(order).await,
        }
    }

    async fn take(&self) -> Option<io::Result<Keeper>> {
        let (reply, spare) = oneshot::channel();
        self.asks.send(reply).await.ok()?;
        spare.await.ok()
    }
}

impl Default for Spares {
    fn default() -> Self {
        Self::new()
    }
}

async fn keep_one_ready(mut asked: mpsc::Receiver<Ask>) {
    let mut spare = Keeper::ready();
    while let Some(ask) = asked.recv().await {
        spare = match ask.send(spare) {
            Ok(()) => Keeper::ready(),
            // Whoever asked was cancelled; the next one gets it.
            Err(spare) => spare,
        };
    }
}
