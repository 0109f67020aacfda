//! A shop's customers have left, and its pool has not one connection to give. Who holds them, and what for?

#[expect(clippy::mem_forget, reason = "it is the bug of a case")]
mod buggy;
mod fixed;
#[cfg(feature = "mine")]
#[allow(clippy::mem_forget, reason = "it begins as the bug")]
mod mine;
mod wrong {
    pub(crate) mod block;
    pub(crate) mod deadline;
    pub(crate) mod dropped;
}

use futures_util::future::join_all;
use labkit::{
    Owner, ok_or_err,
    prelude::*,
    witness::{Peer, until},
};
use sqlx::{
    Connection, Sqlite, SqlitePool,
    pool::PoolConnection,
    sqlite::{SqliteConnectOptions, SqliteConnection, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    io, mem,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    join,
    net::TcpStream,
};
use tokio_util::task::AbortOnDropHandle;

labkit::choice! {
    /// How a connection is kept from the pool.
    Case {
        /// By a task that was spawned for a customer.
        Task = "task",
        /// By a customer who waits for something else.
        Held = "held",
        /// By a guard that was disarmed.
        Forgotten = "forgotten",
    }
}

labkit::knobs! {
    /// How a connection is kept from the pool.
    case: Case = Case::Task;
    /// How many customers come; the pool has 3 connections.
    customers: usize = 3, 1..=3, grid [1, 2];
    /// How long a customer waits.
    patience: Duration = 1000, 600..=3000, grid [800];
    /// How long the other side (a mail server, a bank) takes to answer.
    answer: Duration = 60_000, 1..=60_000, grid [20];
}

/// Confirms an order by letter, in a task that goes on when the customer leaves.
trait Spawns {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()>;
}

/// Confirms an order by letter.
trait Holds {
    async fn confirm(shop: &Shop, order: i64) -> sqlx::Result<()>;
}

/// Takes an order's money. An order whose customer leaves before that is given back.
trait Disarms {
    async fn pay(shop: &Shop, order: i64) -> sqlx::Result<()>;
}

/// Connections in the pool, and strangers who come.
const POOL: u32 = 3;
/// How long a stranger waits for a connection.
const ACQUIRE: Duration = ms(400);
/// How long `pool.close()` may take: some milliseconds, where it ends at all.
const CLOSE: Duration = ms(300);
/// Far longer than anything takes that does not hang.
const LIMIT: Duration = ms(10_000);

async fn scenario<A: Spawns + Holds + Disarms>(lab: Lab, knobs: Knobs) -> Result {
    let dir = tempfile::Builder::new().prefix("still-running-").tempdir()?;
    let file = SqliteConnectOptions::new()
        .filename(dir.path().join("shop.db"))
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Off);
    let other = Other::open(&lab, knobs).await?;
    let shop = Shop::open(file.clone(), &lab, other.peer.addr()).await?;
    let outside = SqliteConnection::connect_with(&file.busy_timeout(ms(0))).await?;
    let before = shop.figures();
    lab.lanes(&["customers", "mail server", "bank", "pool", "strangers", "database"]);
    let mut world = World { lab, knobs, shop, other, outside };
    world.lab.ready();
    let _gauge = AbortOnDropHandle::new(tokio::spawn(world.shop.clone().watch_the_pool()));
    let after = match knobs.case {
        Case::Task => task::<A>(&mut world).await,
        Case::Held => held::<A>(&mut world).await,
        Case::Forgotten => forgotten::<A>(&mut world).await,
    };
    let closes = timeout(CLOSE, world.shop.pool.close()).await.is_ok();
    print(&world.lab, &before, &after, closes);
    judge(&world, &after, closes);
    Ok(())
}

struct World {
    lab: Lab,
    knobs: Knobs,
    shop: Shop,
    other: Other,
    /// A connection that is none of the pool's.
    outside: SqliteConnection,
}

// ANCHOR: scenario
/// Customers come, wait, and leave. Then come strangers.
async fn task<A: Spawns>(world: &mut World) -> Figures {
    let World { lab, knobs, shop, other, outside } = world;
    join_all(orders(knobs).map(|order| customer(lab, knobs, order, A::confirm(shop, order)))).await;
    other.customers.left();
    strangers(lab, shop, outside).await
}
// ANCHOR_END: scenario

/// Customers come. Strangers come while those wait.
async fn held<A: Holds>(world: &mut World) -> Figures {
    let World { lab, knobs, shop, other, outside } = world;
    let customers =
        join_all(orders(knobs).map(|order| customer(lab, knobs, order, A::confirm(shop, order))));
    let strangers = async {
        until(LIMIT, || other.asked() == knobs.customers).await;
        strangers(lab, shop, outside).await
    };
    join!(customers, strangers).1
}

/// The first customer leaves while the bank thinks. The others pay, one after the other. Then come strangers.
async fn forgotten<A: Disarms>(world: &mut World) -> Figures {
    let World { lab, knobs, shop, outside, .. } = world;
    for order in 0..=orders(knobs).count() {
        let order = i64::try_from(order).expect("a knob's range fits");
        customer(lab, knobs, order, A::pay(shop, order)).await;
    }
    strangers(lab, shop, outside).await
}

fn orders(knobs: &Knobs) -> impl Iterator<Item = i64> + use<> {
    (1..=knobs.customers).map(|n| i64::try_from(n).expect("a knob's range fits"))
}

/// Waits for an order, and not for ever.
async fn customer(
    lab: &Lab,
    knobs: &Knobs,
    order: i64,
    work: impl Future<Output = sqlx::Result<()>>,
) {
    let lane = lab.lane("customers");
    let work = lane.watch(&format!("order {order}"), work).quiet();
    match timeout(knobs.patience, work.limit("timeout", knobs.patience)).await {
        Ok(Ok(())) => lane.say(format!("order {order}: done")),
        Ok(Err(why)) => lane.say(format!("order {order}: {why}")),
        Err(_) => lane.say(format!("order {order}: gives up, and leaves")),
    }
}

/// Others want something quick from the same pool, all at once; and one has a connection of its own.
async fn strangers(lab: &Lab, shop: &Shop, outside: &mut SqliteConnection) -> Figures {
    let lane = lab.lane("strangers");
    let ask = async || address(&mut *shop.pool.acquire().await?, 1).await;
    let asked = (0..POOL).map(|_| {
        let ask = lane.watch("a quick question", ask()).limit("acquire_timeout", ACQUIRE);
        ask.outcome(ok_or_err).quiet().with_own_limit(sqlx::Result::is_err)
    });
    let answers = join_all(asked).await;
    let mut refused = answers.iter().filter_map(|answer| answer.as_ref().err());
    let timeouts = refused.clone().count();
    match refused.next() {
        Some(why) => lane.say(format!("{timeouts} of {POOL}: {why}")),
        None => {
            lane.say(format!("{POOL} of {POOL} are answered"));
            // A connection comes back a moment after its guard is dropped.
            until(ACQUIRE, || shop.pool.num_idle() == POOL as usize).await;
        }
    }
    let figures = Figures { timeouts, ..shop.figures() };
    let writes = mark(outside, 1, "seen").await;
    let said = writes.map_or_else(|why| why.to_string(), |()| "written at once".into());
    lab.lane("database").say(format!("asked by a connection of its own: {said}"));
    figures
}

/// What a dashboard would show of the pool.
struct Figures {
    size: usize,
    idle: usize,
    timeouts: usize,
}

fn print(lab: &Lab, before: &Figures, after: &Figures, closes: bool) {
    let table = lab.lane("table");
    table.say(format!("{:<22}{:>8}{:>8}", "", "before", "after"));
    for (name, before, after) in [
        ("size()", before.size, after.size),
        ("num_idle()", before.idle, after.idle),
        ("size() - num_idle()", before.size - before.idle, after.size - after.idle),
        ("acquires timed out", before.timeouts, after.timeouts),
    ] {
        table.say(format!("{name:<22}{before:>8}{after:>8}"));
    }
    let closes = if closes { "ends" } else { "hangs" };
    table.say(format!("{:<22}{:>8}{closes:>8}", "close()", ""));
}

fn judge(world: &World, after: &Figures, closes: bool) {
    let World { lab, knobs, shop, .. } = world;
    if knobs.case == Case::Forgotten {
        lab.check_eq("orders paid and given back as well", 0, shop.paid_and_given_back());
    }
    lab.check_eq("strangers who got no connection", 0, after.timeouts);
    lab.over();
    lab.check_eq("the pool can be closed", true, closes);
}

/// A shop with its orders in SQLite. Clones are the same shop.
#[derive(Clone)]
struct Shop {
    lane: Lane,
    pool: SqlitePool,
    other: SocketAddr,
    given_back: Arc<Mutex<Vec<i64>>>,
    paid: Arc<Mutex<Vec<i64>>>,
}

impl Shop {
    async fn open(file: SqliteConnectOptions, lab: &Lab, other: SocketAddr) -> Result<Self> {
        let mut first = SqliteConnection::connect_with(&file).await?;
        let schema = "create table orders (id integer primary key, address text, state text);
            insert into orders values (0, 'ada@', ''), (1, 'grace@', ''), (2, 'edsger@', ''), (3, 'barbara@', '')";
        sqlx::raw_sql(schema).execute(&mut first).await?;
        first.close().await?;
        let pool = SqlitePoolOptions::new().max_connections(POOL).test_before_acquire(false);
        let pool = pool.acquire_timeout(ACQUIRE).connect_lazy_with(file);
        fill(&pool).await?;
        let (given_back, paid) = (Arc::default(), Arc::default());
        Ok(Self { lane: lab.lane("pool"), pool, other, given_back, paid })
    }

    /// Sends a line to the other side: a letter to the mail server, a charge to the bank. Returns when that has answered.
    async fn send(&self, line: &str) -> io::Result<()> {
        let mut wire = BufReader::new(TcpStream::connect(self.other).await?);
        wire.write_all(format!("{line}\n").as_bytes()).await?;
        wire.read_line(&mut String::new()).await?;
        Ok(())
    }

    /// Has the bank take the money.
    async fn charge(&self, order: i64) -> io::Result<()> {
        self.send(&format!("charge order {order}")).await?;
        lock(&self.paid).push(order);
        Ok(())
    }

    /// Takes an order for its customer.
    async fn claim(&self, order: i64) -> sqlx::Result<Claim> {
        let db = self.pool.acquire().await?;
        Ok(Claim { db, order: Some(order), shop: self.clone() })
    }

    fn figures(&self) -> Figures {
        Figures { size: self.pool.size() as usize, idle: self.pool.num_idle(), timeouts: 0 }
    }

    fn paid_and_given_back(&self) -> usize {
        let paid = lock(&self.paid);
        lock(&self.given_back).iter().filter(|order| paid.contains(order)).count()
    }

    /// Tells the timeline how many connections are out, for as long as it lives.
    async fn watch_the_pool(self) {
        let mut last = None;
        loop {
            let now = self.figures();
            let out = now.size.saturating_sub(now.idle);
            if last.replace(out) != Some(out) {
                self.lane.gauge("connections out", out, "");
            }
            sleep(ms(10)).await;
        }
    }
}

// ANCHOR: claim
/// An order that is being paid for, and the connection to do it with. Given back when dropped.
struct Claim {
    db: PoolConnection<Sqlite>,
    order: Option<i64>,
    shop: Shop,
}

impl Drop for Claim {
    fn drop(&mut self) {
        if let Some(order) = self.order {
            self.shop.lane.say(format!("order {order} is given back"));
            self.shop.lane.because(self.shop.lane.beside("customers").last_drop());
            lock(&self.shop.given_back).push(order);
        }
    }
}
// ANCHOR_END: claim

async fn address(db: &mut SqliteConnection, order: i64) -> sqlx::Result<String> {
    sqlx::query_scalar("select address from orders where id = ?").bind(order).fetch_one(db).await
}

async fn mark(db: &mut SqliteConnection, order: i64, state: &str) -> sqlx::Result<()> {
    let update = sqlx::query("update orders set state = ? where id = ?").bind(state).bind(order);
    update.execute(db).await.map(|_| ())
}

/// Opens all connections. On a busy machine that may take longer than a stranger waits.
async fn fill(pool: &SqlitePool) -> Result {
    let mut all = vec![];
    while all.len() < POOL as usize {
        match pool.acquire().await {
            Ok(db) => all.push(db),
            Err(sqlx::Error::PoolTimedOut) => {}
            Err(why) => return Err(why.into()),
        }
    }
    drop(all);
    until(LIMIT, || pool.num_idle() == POOL as usize).await;
    Ok(())
}

/// A mail server, or a bank: it takes what it is told at once, and its time for the answer, unless who asked hangs up.
struct Other {
    peer: Peer,
    /// Those who want an answer.
    customers: Owner,
    asked: Arc<AtomicUsize>,
}

impl Other {
    async fn open(lab: &Lab, knobs: Knobs) -> io::Result<Self> {
        let asked = Arc::new(AtomicUsize::new(0));
        let is_bank = knobs.case == Case::Forgotten;
        let (name, what) = if is_bank { ("bank", "a charge") } else { ("mail server", "a letter") };
        let lane = lab.lane(name);
        let customers = Owner::default();
        let (count, owner) = (asked.clone(), customers.clone());
        let peer = Peer::start(move |wire, _| {
            let (lane, count, owner) = (lane.clone(), count.clone(), owner.clone());
            async move {
                let (mut wire, mut line) = (BufReader::new(wire), String::new());
                if wire.read_line(&mut line).await.is_err() {
                    return;
                }
                lane.say(format!("has got {:?}", line.trim_end()));
                // The bank thinks about its first customer only.
                if count.fetch_add(1, SeqCst) == 0 || !is_bank {
                    let _busy = lane.busy(what).owned_by(&owner);
                    let hangs_up = wire.read_line(&mut line);
                    // Where the customer's end is closed, there is nobody to answer.
                    select! { () = sleep(knobs.answer) => {} _ = hangs_up => return }
                }
                // It fails where the customer has left.
                wire.write_all(b"ok\n").await.unwrap_or_default();
            }
        })
        .await?;
        Ok(Self { peer, customers, asked })
    }

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }
}

fn lock<T>(of: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn main() -> ExitCode {
    Manifest {
        title: "The database is idle, and no connection is free",
        crates: &["sqlx", "tokio"],
        article: &["3.1"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: block, deadline, dropped])
}
