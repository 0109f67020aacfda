//! A connection to one of the two, whichever they are.

use crate::{db::Db, stand_ins};
use labkit_grpc::{CallsClient, Channel};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};

/// What was answered, or why nothing was.
pub(crate) type Outcome = std::result::Result<String, String>;

/// What a payment is called, wherever it is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key(pub(crate) u32);

impl Key {
    /// One that nobody has used.
    pub(crate) fn new() -> Self {
        static LAST: AtomicU32 = AtomicU32::new(0);
        Self(LAST.fetch_add(1, SeqCst) + 1)
    }
}

/// Clones share it: each call goes down the same connection.
#[derive(Clone)]
pub(crate) enum Conn {
    StandIn(CallsClient<Channel>),
    Postgres(Arc<Db>),
}

impl Conn {
    pub(crate) async fn read(&self) -> Outcome {
        match self {
            Self::StandIn(calls) => stand_ins::ask(calls, "read", 0).await,
            Self::Postgres(db) => db.read().await,
        }
    }

    pub(crate) async fn pay(&self, Key(key): Key) -> Outcome {
        match self {
            Self::StandIn(calls) => stand_ins::ask(calls, "pay", key).await,
            Self::Postgres(db) => db.pay(key).await,
        }
    }
}
