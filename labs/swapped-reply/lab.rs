//! Somebody gives up on a cache, and the next one to ask gets what was meant for them. The cache is a stand-in of ours: over
//! real TCP it speaks the little of Redis's protocol that is needed, inline commands and simple strings.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod ways;
mod wrong {
    pub(crate) mod emptied;
    pub(crate) mod on_error;
    pub(crate) mod ping;
}

use anyhow::Context;
use futures_util::{FutureExt, SinkExt, StreamExt};
use labkit::{Latch, Told, prelude::*, witness::Peer};
use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::net::TcpStream;
use tokio_util::codec::{Framed, LinesCodec};
use ways::{Owner, ReadAway};

labkit::choice! {
    /// Whose connections are used.
    Case {
        /// Those of this variant.
        Own = "own",
        /// Those of this variant and, for comparison, of two other ways.
        Ways = "ways",
    }
}

labkit::knobs! {
    /// Whose connections are used.
    case: Case = Case::Own;
    /// How long the first caller waits.
    patience: Duration = 30, 5..=2000, grid [10, 500];
    /// How long the cache takes for its first answer; the others come at once.
    answer: Duration = 200, 1..=2000, grid [1000];
    /// How many others ask, one after the other.
    others: usize = 3, 1..=8, grid [1];
}

/// What a variant brings: a connection to the cache.
trait Talks: Send + Sized {
    fn new(wire: TcpStream) -> Self;
    /// Sends one command, and gives its answer.
    async fn ask(&mut self, command: String) -> Result<String>;
    /// What the pool does before it lends it again.
    async fn test(&mut self) -> Result {
        Ok(())
    }
    fn is_clean(&self) -> bool;
}

const NAMES: [&str; 9] =
    ["ada", "grace", "edsger", "barbara", "donald", "frances", "alan", "karen", "niklaus"];

async fn scenario<C: Talks>(lab: Lab, knobs: Knobs) -> Result {
    lab.lanes(&[&["table", NAMES[0], "pool", "cache"][..], &NAMES[1..]].concat());
    let mut rows = vec![];
    if knobs.case == Case::Ways {
        rows.push(run::<ReadAway>(&lab, knobs, "reads away").await?);
        rows.push(run::<Owner>(&lab, knobs, "one task owns it").await?);
    }
    let own = run::<C>(&lab, knobs, "this variant").await?;
    let swapped = own.swapped;
    rows.push(own);
    if knobs.case == Case::Ways {
        let table = lab.lane("table");
        table.say(format!("{:20}{:>9}{:>15}{:>10}", "", "swapped", "the next waits", "connects"));
        rows.iter().for_each(|row| table.say(row.to_string()));
    }
    lab.over();
    lab.check_eq("answers that were meant for somebody else", 0, swapped);
    Ok(())
}

// ANCHOR: scenario
async fn run<C: Talks>(lab: &Lab, knobs: Knobs, name: &'static str) -> Result<Row> {
    if knobs.case == Case::Ways {
        lab.lane("table").say(format!("{name}:"));
    }
    let gone = Latch::default();
    let given = Given::default();
    let cache = cache(lab, knobs, gone.clone(), given.clone()).await?;
    let pool = Pool::<C>::new(lab.lane("pool"), cache.addr());

    let first = lab.lane(NAMES[0]).watch("GET", profile(&pool, NAMES[0]));
    match timeout(knobs.patience, first.limit("timeout", knobs.patience)).await {
        Ok(answer) => lab.lane(NAMES[0]).say(format!("gets {:?}", answer?)),
        Err(_) => {
            pool.tell_what_came_of(lab.lane(NAMES[0]).last_drop());
            lab.lane(NAMES[0]).say("gives up");
        }
    }
    gone.open();

    let (mut swapped, mut waits) = (0, vec![]);
    for name in &NAMES[1..=knobs.others] {
        let begun = Instant::now();
        let answer = lab.lane(name).watch("GET", profile(&pool, name)).await?;
        waits.push(begun.elapsed());
        lab.lane(name).say(format!("gets {answer:?}"));
        if answer != page_of(name) {
            lab.lane(name).because(given.of(&answer));
            swapped += 1;
        }
    }
    pool.lane.say(format!("connections made: {}", cache.accepted()));
    Ok(Row { name, swapped, wait: waits[0], connects: cache.accepted() })
}

async fn profile<C: Talks>(pool: &Pool<C>, name: &str) -> Result<String> {
    let mut cache = pool.lend().await?;
    cache.ask(format!("GET profile:{name}")).await
}
// ANCHOR_END: scenario

/// What became of one way.
struct Row {
    name: &'static str,
    swapped: usize,
    /// How long the one after the first caller waited.
    wait: Duration,
    connects: usize,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, swapped, wait, connects } = self;
        write!(f, "{name:20}{swapped:>9}{:>12} ms{connects:>10}", wait.as_millis())
    }
}

fn page_of(name: &str) -> String {
    format!("+the profile of {name}")
}

// ANCHOR: pool
/// The smallest pool there is: who comes takes a connection that is idle, or makes one.
struct Pool<C> {
    lane: Lane,
    cache: SocketAddr,
    idle: Mutex<Vec<C>>,
}

/// A connection, and the pool to which it goes back when dropped.
struct Lent<'a, C: Talks> {
    connection: Option<C>,
    pool: &'a Pool<C>,
}

impl<C: Talks> Pool<C> {
    async fn lend(&self) -> Result<Lent<'_, C>> {
        let idle = self.idle().pop();
        let connection = match idle {
            Some(mut used) => {
                used.test().await?;
                used
            }
            None => C::new(TcpStream::connect(self.cache).await?),
        };
        Ok(Lent { connection: Some(connection), pool: self })
    }
}

impl<C: Talks> Drop for Lent<'_, C> {
    fn drop(&mut self) {
        match self.connection.take() {
            Some(connection) if connection.is_clean() => self.pool.idle().push(connection),
            _ => self.pool.lane.say("closes a connection"),
        }
    }
}
// ANCHOR_END: pool

impl<C: Talks> Pool<C> {
    fn new(lane: Lane, cache: SocketAddr) -> Self {
        Self { lane, cache, idle: Mutex::default() }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<C>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first caller was dropped, and the connection it had: closed, as has been told, or lent to the next.
    fn tell_what_came_of(&self, drop: Told) {
        if !self.idle().is_empty() {
            self.lane.mark("has the connection back");
        }
        self.lane.because(drop);
    }
}

/// What the cache has answered, and where the timeline has it.
#[derive(Clone, Default)]
struct Given(Arc<Mutex<HashMap<String, Told>>>);

impl Given {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Told>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn of(&self, answer: &str) -> Told {
        self.lock()[answer]
    }
}

impl<C: Talks> Lent<'_, C> {
    async fn ask(&mut self, command: String) -> Result<String> {
        self.connection.as_mut().expect("it is there until the drop").ask(command).await
    }
}

/// Answers each command of a connection in turn, as Redis does. Its very first answer takes its time; where the first caller
/// has less patience than that, it comes after that one has gone, on a machine that stalls as well.
async fn cache(lab: &Lab, knobs: Knobs, gone: Latch, given: Given) -> io::Result<Peer> {
    let lane = lab.lane("cache");
    Peer::start(move |wire, number| {
        let (lane, gone, given) = (lane.clone(), gone.clone(), given.clone());
        async move {
            let mut wire = Framed::new(wire, LinesCodec::new());
            let mut is_first = number == 0;
            while let Some(Ok(command)) = wire.next().await {
                let about = format!("connection {}: {command}", number + 1);
                lane.mark(&about);
                if std::mem::take(&mut is_first) {
                    sleep(knobs.answer).await;
                    if knobs.patience < knobs.answer {
                        gone.opened().await;
                    }
                }
                let answer = match command.strip_prefix("GET profile:") {
                    Some(name) => page_of(name),
                    None => "+PONG".into(),
                };
                lane.say(format!("{about} → {answer}"));
                given.lock().insert(answer.clone(), lane.last());
                if wire.send(answer).await.is_err() {
                    return;
                }
            }
        }
    })
    .await
}

fn main() -> ExitCode {
    Manifest {
        title: "Signed in as somebody else",
        crates: &["tokio", "tokio-util"],
        article: &["2.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Connection, wrong: emptied, on_error, ping],
    )
}
