mod asks;
mod enter;
#[cfg(test)]
mod full;
mod opening;
mod presence;
mod present;
mod showing;
mod stage;

pub use opening::Opening;
pub use presence::Presence;

use crate::{
    Clock, Refused, Token,
    clock::Reading,
    secret,
    snapshot::{self, Here, Shown},
    store::{NotOpened, Place, Store},
    writer::{self, Asked, Writer},
};
use enter::{Entered, enter};
use parking_lot::Mutex;
use present::Present;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::{Notify, mpsc, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// A class that is open: what its pages may ask of it. Dropped without [`Hall::close`], its tasks end by themselves.
#[derive(Debug)]
pub struct Hall {
    store: Store,
    clock: Clock,
    id: String,
    code: String,
    secret: Token,
    resumed: bool,
    unused: Option<i64>,
    /// The clock, as it was when we last looked what is to be deleted.
    looked: Mutex<Reading>,
    ops: Mutex<Option<mpsc::Sender<Asked>>>,
    show: watch::Sender<Arc<Shown>>,
    /// Something here may differ from what is shown.
    dirty: Arc<Notify>,
    /// Something was written, which other servers do not know yet.
    wrote: Arc<Notify>,
    /// What is shown to all servers may have changed.
    staged: watch::Sender<()>,
    /// What the others know this one by.
    server: String,
    /// Who was seen already, by the hash of their cookie.
    known: Mutex<HashMap<String, i64>>,
    present: Mutex<Present>,
    tasks: TaskTracker,
    closing: CancellationToken,
}

impl Hall {
    /// Opens the class that is open there already, or else a new one.
    pub async fn open(opening: Opening) -> Result<Arc<Self>, NotOpened> {
        Self::open_by(opening, Clock::default()).await
    }

    /// By another clock than the machine's.
    pub async fn open_by(opening: Opening, clock: Clock) -> Result<Arc<Self>, NotOpened> {
        let place = opening.place.to_string();
        let store = Store::open(opening.place.clone()).await?;
        let not = |why: Refused| NotOpened {
            place: place.clone(),
            why: why.to_string(),
            so: "see to that, and start it again".to_owned(),
        };
        let looked = clock.read();
        let entered = enter(&store, &opening, looked.now).await.map_err(not)?;
        let Entered { class, resumed, unused } = entered;
        let first = snapshot::read(&store, &class.id, &Here::new()).await.map_err(not)?;
        let (ops, asked) = mpsc::channel(writer::WAITING);
        let hall = Arc::new(Self {
            store,
            clock,
            id: class.id,
            code: class.code,
            secret: Token::of(&class.secret),
            resumed,
            unused,
            looked: Mutex::new(looked),
            ops: Mutex::new(Some(ops)),
            show: watch::Sender::new(Arc::new(first)),
            dirty: Arc::default(),
            wrote: Arc::default(),
            staged: watch::Sender::new(()),
            server: format!("{:016x}", secret::number()),
            known: Mutex::default(),
            present: Mutex::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        });
        hall.start(asked);
        Ok(hall)
    }

    fn start(self: &Arc<Self>, asked: mpsc::Receiver<Asked>) {
        let (store, class, clock) = (self.store.clone(), self.id.clone(), self.clock.clone());
        let (dirty, wrote) = (self.dirty.clone(), self.wrote.clone());
        let changed = move || {
            dirty.notify_one();
            wrote.notify_one()
        };
        self.tasks.spawn(Writer::new(store, class, clock).write(asked, changed));
        self.tasks.spawn(self.clone().keep_showing());
    }

    /// Whether it was open before this server was.
    pub fn is_resumed(&self) -> bool {
        self.resumed
    }

    /// For how many days nobody did anything in it, where that is so long that it looks forgotten.
    pub fn unused(&self) -> Option<i64> {
        self.unused
    }

    /// Where it is kept.
    pub fn place(&self) -> &Place {
        &self.store.place
    }

    /// What people type to join.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// What the cookie of those who joined holds; after a restart, still.
    pub fn pass(&self) -> Token {
        self.secret.derive("pass")
    }

    /// What lets the teacher in.
    pub fn teacher(&self) -> Token {
        self.secret.derive("teacher")
    }

    /// What lets a projector in.
    pub fn screen(&self) -> Token {
        self.secret.derive("screen")
    }

    /// The class at each moment, told at most ten times a second.
    pub fn shown(&self) -> watch::Receiver<Arc<Shown>> {
        self.show.subscribe()
    }

    /// Writes what was asked, and closes the database.
    pub async fn close(&self) {
        self.closing.cancel();
        *self.ops.lock() = None;
        self.tasks.close();
        self.tasks.wait().await;
        self.store.close().await;
    }
}
