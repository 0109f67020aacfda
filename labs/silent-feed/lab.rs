//! Somebody subscribes to a feed, and hears less than was published. Who was to notice?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod from_now;
    pub(crate) mod kept;
    pub(crate) mod retry;
    pub(crate) mod skip;
}

use labkit::{Latch, prelude::*};
use std::{
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
};
use tokio::{
    io::{
        AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, Lines, copy, duplex,
        sink,
    },
    join,
    sync::{
        Notify,
        broadcast::{self, error::RecvError},
    },
};

labkit::choice! {
    /// How the feed comes to its subscriber.
    Case {
        /// By a channel, within one process.
        Channel = "channel",
        /// By a connection, through a balancer.
        Balancer = "balancer",
    }
}

labkit::knobs! {
    /// How the feed comes to its subscriber.
    case: Case = Case::Channel;
    /// How many changes the channel keeps for a slow subscriber.
    room: usize = 4, 1..=64, grid [2, 8, 32];
    /// How long the board takes to show one change.
    shows: Duration = 30, 1..=100, grid [5, 60];
    /// After how long a silence the balancer forgets a connection.
    forgets: Duration = 60000, 1000..=3600000;
}

/// Shows the stock of a warehouse, from its changes.
trait Counts {
    async fn follow(feed: &Feed, board: &Board);
}

/// Shows each news of a feed that is far away.
trait Listens {
    async fn listen(feed: &Remote, board: &Board) -> io::Result<()>;
}

async fn scenario<A: Counts + Listens>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Channel => channel::<A>(&lab, knobs).await,
        Case::Balancer => balancer::<A>(&lab, knobs).await?,
    }
    Ok(())
}

const CHANGES: u32 = 20;
const PERIOD: Duration = ms(10);
/// Far longer than a board needs for all that was published.
const LONG: Duration = ms(10_000);

// ANCHOR: scenario
async fn channel<A: Counts>(lab: &Lab, knobs: Knobs) {
    let feed = Feed::new(lab, knobs.room);
    let board = Board::new(lab, knobs.shows);
    let is_over = Latch::default();
    let publish = async {
        for _ in 1..=CHANGES {
            sleep(PERIOD).await;
            feed.publish(1);
        }
        feed.lane.say(format!("has published {CHANGES} changes"));
        sleep(LONG).await;
        is_over.open();
    };
    let show = async {
        select! {
            biased;
            () = A::follow(&feed, &board) => board.lane.say("follow() has returned"),
            () = is_over.opened() => board.lane.say("still follows"),
        }
    };
    join!(publish, show);
    lab.check_eq("the stock that the board shows", feed.stock(), board.stock());
}
// ANCHOR_END: scenario

// ANCHOR: feed
/// A warehouse, and a channel for the changes of its stock.
struct Feed {
    lab: Lab,
    lane: Lane,
    room: usize,
    stock: Mutex<u32>,
    changes: broadcast::Sender<u32>,
}

impl Feed {
    /// Shows the stock as it is now. Returns all changes after that.
    fn join(&self, board: &Board) -> broadcast::Receiver<u32> {
        let stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        board.set(*stock);
        board.lane.say(format!("begins with a stock of {stock}"));
        self.changes.subscribe()
    }

    fn publish(&self, change: u32) {
        let mut stock = self.stock.lock().unwrap_or_else(PoisonError::into_inner);
        *stock += change;
        self.watch_the_channel();
        // An error says that nobody follows.
        self.changes.send(change).unwrap_or_default();
        self.lane.gauge("stock", *stock as usize, "");
    }
}
// ANCHOR_END: feed

impl Feed {
    fn new(lab: &Lab, room: usize) -> Self {
        let (changes, _) = broadcast::channel(room);
        // The channel rounds up.
        let room = room.next_power_of_two();
        Self { lab: lab.clone(), lane: lab.lane("feed"), room, stock: Mutex::default(), changes }
    }

    /// Counts what the next change pushes out.
    fn watch_the_channel(&self) {
        if self.changes.receiver_count() > 0 && self.changes.len() == self.room {
            self.lab.cancelled();
            self.lane.mark("the channel is full: the oldest change goes");
        }
    }

    fn stock(&self) -> u32 {
        *self.stock.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What people look at.
struct Board {
    lane: Lane,
    takes: Duration,
    stock: AtomicU32,
    news: AtomicU32,
}

impl Board {
    fn new(lab: &Lab, takes: Duration) -> Self {
        let (stock, news) = (AtomicU32::new(0), AtomicU32::new(0));
        Self { lane: lab.lane("board"), takes, stock, news }
    }

    /// Shows the stock as it is told.
    fn set(&self, stock: u32) {
        self.stock.store(stock, SeqCst);
        self.lane.gauge("stock", stock as usize, "");
    }

    /// Shows one change.
    async fn apply(&self, change: u32) {
        sleep(self.takes).await;
        self.set(self.stock() + change);
    }

    /// Shows one piece of news.
    fn show(&self, news: u32) {
        self.news.fetch_add(1, SeqCst);
        self.lane.say(format!("shows news {news}"));
    }

    fn stock(&self) -> u32 {
        self.stock.load(SeqCst)
    }

    fn news(&self) -> u32 {
        self.news.load(SeqCst)
    }
}

/// The night: after three pieces of news nothing happens for a while.
const QUIET: Duration = ms(557_000);

// ANCHOR: balancer
async fn balancer<A: Listens>(lab: &Lab, knobs: Knobs) -> Result {
    let feed = Remote::new(lab, knobs.forgets);
    let board = Board::new(lab, knobs.shows);
    let is_over = Latch::default();
    let publish = async {
        for pause in [ms(1000), ms(1000), ms(1000), QUIET, ms(1000), ms(1000)] {
            sleep(pause).await;
            feed.publish();
        }
        sleep(ms(200_000)).await;
        is_over.open();
    };
    let listen = async {
        select! {
            biased;
            ended = A::listen(&feed, &board) => ended,
            () = is_over.opened() => Ok(()),
        }
    };
    let ((), listened) = join!(publish, listen);
    listened?;
    lab.check_eq("news that the board showed", feed.published(), board.news());
    Ok(())
}
// ANCHOR_END: balancer

/// A feed elsewhere. News have numbers, and are kept.
struct Remote {
    lab: Lab,
    lane: Lane,
    forgets: Duration,
    published: Arc<Published>,
    connections: AtomicU32,
}

impl Remote {
    fn new(lab: &Lab, forgets: Duration) -> Self {
        let (lane, published) = (lab.lane("feed"), Arc::default());
        Self { lab: lab.clone(), lane, forgets, published, connections: AtomicU32::new(0) }
    }

    fn publish(&self) {
        let number = 1 + self.published.count.fetch_add(1, SeqCst);
        self.lane.say(format!("publishes news {number}"));
        self.published.more.notify_waiters();
    }

    fn published(&self) -> u32 {
        self.published.count.load(SeqCst)
    }

    /// A connection through the balancer, on which come all news after that number.
    fn connect(&self, after: u32) -> Subscription {
        let (server, outside) = duplex(1024);
        let (inside, client) = duplex(1024);
        tokio::spawn(send_news(server, self.published.clone(), after));
        let number = 1 + self.connections.fetch_add(1, SeqCst);
        let lane = self.lab.lane("balancer");
        let balancer = Balancer { lab: self.lab.clone(), lane, number };
        tokio::spawn(balancer.relay(outside, inside, self.forgets));
        let lane = self.lab.lane("board");
        lane.say(format!("connection {number}: asks for the news after {after}"));
        Subscription { lane, lines: BufReader::new(client).lines() }
    }
}

/// How many news there are. Who waits for more is woken in the order in which they came: a run is the same each time.
#[derive(Default)]
struct Published {
    count: AtomicU32,
    more: Notify,
}

/// The server's side of one connection.
async fn send_news(
    mut wire: DuplexStream,
    published: Arc<Published>,
    mut sent: u32,
) -> io::Result<()> {
    loop {
        let more = published.more.notified();
        while sent < published.count.load(SeqCst) {
            sent += 1;
            wire.write_all(format!("{sent}\n").as_bytes()).await?;
        }
        more.await;
    }
}

/// What stands in between, as it sees one connection.
struct Balancer {
    lab: Lab,
    lane: Lane,
    number: u32,
}

impl Balancer {
    // ANCHOR: relay
    async fn relay(
        self,
        mut server: DuplexStream,
        mut client: DuplexStream,
        forgets: Duration,
    ) -> io::Result<()> {
        let mut bytes = [0; 64];
        while let Ok(read) = timeout(forgets, server.read(&mut bytes)).await {
            match read? {
                0 => return Ok(()),
                n => client.write_all(&bytes[..n]).await?,
            }
        }
        self.forgot();
        if server.read(&mut bytes).await? > 0 {
            self.drops();
        }
        copy(&mut server, &mut sink()).await?;
        Ok(())
    }
    // ANCHOR_END: relay

    fn forgot(&self) {
        self.lab.cancelled();
        self.lane.say(format!("connection {} is quiet: forgets it, and tells nobody", self.number));
    }

    fn drops(&self) {
        self.lane.say(format!("knows no connection {}, and drops what comes", self.number));
    }
}

/// What comes in on one connection.
struct Subscription {
    lane: Lane,
    lines: Lines<BufReader<DuplexStream>>,
}

impl Subscription {
    /// The number of the next news; nothing where the server has closed. Cancel-safe, as `next_line` is.
    async fn next(&mut self) -> io::Result<Option<u32>> {
        let line = self.lane.watch("next news", self.lines.next_line()).quiet().await?;
        line.map(|n| n.parse().map_err(io::Error::other)).transpose()
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The feed is well, and the board shows yesterday",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: from_now, kept, retry, skip],
    )
}
