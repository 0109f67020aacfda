use super::{
    Order, Output, StartError, Tree,
    handle::{self, Keeper},
};
use std::io;
use tokio::{
    sync::{Mutex, mpsc},
    task::JoinSet,
};

/// Keepers that are up and waiting, so that a run begins without waiting for one. Dropped, they end.
pub struct Spares {
    ready: Mutex<mpsc::Receiver<io::Result<Keeper>>>,
    /// Held so that the task ends with us.
    _filler: JoinSet<()>,
}

impl Spares {
    /// Must be called within a runtime.
    pub fn new() -> Self {
        let (tx, rx) = mpsc::channel(1);
        let mut filler = JoinSet::new();
        filler.spawn(fill(tx));
        Self { ready: Mutex::new(rx), _filler: filler }
    }

    /// Starts a program with a spare keeper, or with a new one where the spare has died.
    pub async fn start(&self, order: &Order) -> Result<(Tree, Output), StartError> {
        let spare = self.ready.lock().await.recv().await;
        match spare {
            Some(keeper) => match keeper?.start(order).await {
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

/// One keeper waits in the channel, and one in our hands.
async fn fill(tx: mpsc::Sender<io::Result<Keeper>>) {
    loop {
        let keeper = Keeper::ready();
        if tx.send(keeper).await.is_err() {
            return;
        }
    }
}
