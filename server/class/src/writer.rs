//! All that is written goes through one task, many at a time in one transaction: that is what lets a thousand people vote
//! at once on one file. Who asked is answered when it is on disk. Who hangs up in the middle leaves nothing half done.

use crate::{
    Clock, Refused,
    rules::{MarkState, Question, Step},
    secret,
    store::{Done, Store, Tx, class, people, sweep, votes},
};
use serde::Serialize;
use std::sync::atomic::{AtomicI64, Ordering::Relaxed};
use tokio::sync::{mpsc, oneshot};

/// The most that is written in one transaction.
const BATCH: usize = 500;
/// The most that waits to be written. Beyond it one is told to send it again.
pub const WAITING: usize = 4000;

#[derive(Debug)]
pub enum Op {
    /// By the hash of a cookie: a new one joins, a known one is found again.
    Join {
        token: String,
        takes_new: bool,
    },
    Rename {
        person: i64,
    },
    Vote {
        person: i64,
        question: String,
        round: i64,
        choice: String,
    },
    Mark {
        person: i64,
        page: String,
        state: MarkState,
    },
    /// Somebody starts afresh, by their pseudonym.
    Afresh {
        alias: String,
    },
    Step {
        seen: i64,
        step: Step,
        asks: Option<Question>,
    },
    End,
}

/// A person, with all that is known of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Me {
    #[serde(skip)]
    pub id: i64,
    /// Two words.
    pub alias: String,
    /// Question, round, and the value of the option.
    pub votes: Vec<(String, i64, String)>,
    /// Page and state.
    pub marks: Vec<(String, String)>,
}

pub struct Asked {
    pub op: Op,
    pub answer: oneshot::Sender<Done<Option<Me>>>,
}

/// How often it is noted that somebody did something, in seconds.
const TOUCH: i64 = 60;

/// The one task that writes to a class.
pub struct Writer {
    store: Store,
    class: String,
    clock: Clock,
    /// When it was last noted that somebody did something.
    touched: AtomicI64,
}

impl Writer {
    pub fn new(store: Store, class: String, clock: Clock) -> Self {
        Self { store, class, clock, touched: AtomicI64::new(0) }
    }

    /// Writes until nobody can ask any more. `wrote` is called after each transaction.
    pub async fn write(self, mut asked: mpsc::Receiver<Asked>, wrote: impl Fn()) {
        let mut batch = Vec::with_capacity(BATCH);
        while asked.recv_many(&mut batch, BATCH).await > 0 {
            let (ops, answers): (Vec<_>, Vec<_>) =
                batch.drain(..).map(|a| (a.op, a.answer)).unzip();
            let done = self.store.in_time(self.transaction(&ops)).await;
            wrote();
            let done = done.unwrap_or_else(|why| vec![Err(why); ops.len()]);
            for (answer, done) in answers.into_iter().zip(done) {
                // Who hung up meanwhile finds it done.
                drop(answer.send(done));
            }
        }
    }

    /// All of them, or none: where the database fails, nobody is told that it was kept.
    async fn transaction(&self, ops: &[Op]) -> Done<Vec<Done<Option<Me>>>> {
        let mut tx = self.store.pool.begin().await?;
        let mut all = Vec::with_capacity(ops.len());
        for op in ops {
            match self.one(&mut tx, op).await {
                Err(Refused::Trouble(why)) => return Err(Refused::Trouble(why)),
                done => all.push(done),
            }
        }
        let now = self.clock.now();
        let touch = (now - self.touched.load(Relaxed)).abs() >= TOUCH;
        if touch {
            sweep::touch(&mut tx, &self.class, now).await?;
        }
        tx.commit().await?;
        if touch {
            self.touched.store(now, Relaxed);
        }
        Ok(all)
    }

    async fn one(&self, tx: &mut Tx, op: &Op) -> Done<Option<Me>> {
        let (class, now) = (&self.class, self.clock.now());
        match op {
            Op::Join { token, takes_new } => {
                return join(tx, class, token, *takes_new).await.map(Some);
            }
            Op::Rename { person } => people::rename(tx, class, *person, secret::number()).await?,
            Op::Vote { person, question, round, choice } => {
                votes::vote(tx, class, *person, (question, *round, choice), now).await?;
            }
            Op::Mark { person, page, state } => {
                people::mark(tx, class, *person, page, *state).await?
            }
            Op::Afresh { alias } => {
                let id = people::afresh(tx, class, alias).await?;
                let alias = alias.clone();
                return Ok(Some(Me { id, alias, votes: vec![], marks: vec![] }));
            }
            Op::Step { seen, step, asks } => {
                class::step(tx, class, *seen, *step, asks.as_ref(), now).await?;
            }
            Op::End => class::end(tx, class, now).await?,
        }
        Ok(None)
    }
}

async fn join(tx: &mut Tx, class: &str, token: &str, takes_new: bool) -> Done<Me> {
    let (id, alias) = match people::find(tx, class, token).await? {
        Some(known) => known,
        None if !takes_new => return Err(Refused::NotJoined),
        None if class::get(tx, class).await?.ended > 0 => return Err(Refused::Over),
        None => people::join(tx, class, token, secret::number()).await?,
    };
    let (votes, marks) =
        (votes::own(tx, class, id).await?, people::own_marks(tx, class, id).await?);
    Ok(Me { id, alias, votes, marks })
}
