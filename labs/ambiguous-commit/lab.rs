//! A payment that got no answer in time is tried again. Was it made?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod fresh_key;
    pub(crate) mod key_apart;
    pub(crate) mod look_first;
    pub(crate) mod owned;
}

use labkit::{
    ok_or_err, postgres,
    prelude::*,
    witness::{Side, Tap, until},
};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    query, query_scalar,
    sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous},
};
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::{
        Arc, OnceLock, Weak,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

labkit::choice! {
    /// What gets no answer in time.
    Case {
        /// The COMMIT of a transaction, on PostgreSQL.
        Commit = "commit",
        /// A single INSERT that waits for a lock, on SQLite.
        Statement = "statement",
    }
}

labkit::choice! {
    /// What the link loses.
    Lost {
        /// What the database answers to COMMIT.
        Answer = "answer",
        /// COMMIT itself.
        Question = "question",
    }
}

labkit::knobs! {
    /// What gets no answer in time.
    case: Case = Case::Commit;
    /// What the link to PostgreSQL loses.
    lost: Lost = Lost::Answer;
    /// How long the caller waits for an answer.
    patience: Duration = 200, 100..=2000, grid [100, 500];
}

/// What a variant brings: a payment on PostgreSQL, a row and a balance, whole or not at all.
trait Pays {
    async fn pay(db: &PgPool, order: &Order) -> sqlx::Result<()>;
}

/// And one on SQLite, which is a row.
trait Notes {
    async fn note(db: &SqlitePool, order: &Order) -> sqlx::Result<()>;
}

/// What is to be paid, once.
struct Order {
    /// Its name, from before the first attempt.
    key: &'static str,
    amount: i64,
}

const ORDER: Order = Order { key: "order 4711", amount: 10 };
/// Far more than are needed. Who is refused a connection by a machine that is busy tries again.
const ATTEMPTS: usize = 10;
const LONG: Duration = ms(10_000);

async fn scenario<A: Pays + Notes>(lab: Lab, knobs: Knobs) -> Result {
    lab.lanes(&["caller", "link", "database"]);
    match knobs.case {
        Case::Commit => commit::<A>(&lab, knobs).await,
        Case::Statement => statement::<A>(&lab, knobs).await,
    }
}

async fn commit<A: Pays>(lab: &Lab, knobs: Knobs) -> Result {
    let server = postgres::server(lab).await?;
    let mut outside = Outside::open(server, lab.lane("database")).await?;
    let ended = pay_by_a_bad_link::<A>(lab, knobs, &mut outside).await;
    let seen = outside.last_look(lab.lane("caller")).await?;
    outside.tidy_up().await?;
    let paid = ended?;

    lab.check_eq("the caller was told that it is paid", true, paid);
    lab.check_eq("rows in payment", 1, seen.rows);
    lab.check_eq("balance", 90, seen.balance);
    Ok(())
}

async fn pay_by_a_bad_link<A: Pays>(
    lab: &Lab,
    knobs: Knobs,
    outside: &mut Outside,
) -> Result<bool> {
    let link = Link::start(outside.address(), knobs.lost, lab.lane("link")).await?;
    let db = pool(link.through(outside.options())).await?;
    lab.ready();
    outside.tell().await?;
    pay::<A>(lab, knobs, &db, outside, &link).await
}

// ANCHOR: scenario
/// The caller pays, and tries again as long as it has no answer.
async fn pay<A: Pays>(
    lab: &Lab,
    knobs: Knobs,
    db: &PgPool,
    outside: &mut Outside,
    link: &Link,
) -> Result<bool> {
    let caller = lab.lane("caller");
    for attempt in 1..=ATTEMPTS {
        let pay = caller.watch(&format!("attempt {attempt}"), A::pay(db, &ORDER));
        let pay = pay.limit("timeout", knobs.patience).outcome(ok_or_err);
        match timeout(knobs.patience, pay).await {
            Ok(paid) => {
                paid?;
                caller.say(format!("attempt {attempt}: Ok"));
                return Ok(true);
            }
            Err(why) => caller.say(format!("attempt {attempt}: {why}")),
        }
        if link.has_died() {
            // A server notices that, sooner or later. Here it is sooner.
            outside.end_sessions().await?;
            drop(db.acquire().await?);
        }
        outside.tell().await?;
    }
    Ok(false)
}
// ANCHOR_END: scenario

/// Room for connections that are lost. None is tested before use, so that only COMMIT is in doubt.
async fn pool(options: PgConnectOptions) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(4).test_before_acquire(false);
    let pool = pool.connect_with(options).await?;
    until(LONG, || pool.num_idle() == 1).await;
    Ok(pool)
}

/// The network between the caller and PostgreSQL. It relays until the first COMMIT. Then the connection is dead, and neither
/// end is told. One made later is well.
struct Link {
    tap: Arc<Tap>,
    /// Set with the death, true once that has been told.
    dead: Arc<OnceLock<AtomicBool>>,
}

impl Link {
    async fn start(server: SocketAddr, lost: Lost, lane: Lane) -> Result<Self> {
        let (dead, asked) = (Arc::new(OnceLock::new()), AtomicBool::new(false));
        let (own, died) = (Arc::new(OnceLock::<Weak<Tap>>::new()), dead.clone());
        let tap = own.clone();
        let watch = move |side, bytes: &[u8]| {
            let what = match side {
                _ if died.get().is_some() => return,
                Side::Client if is_commit(bytes) && lost == Lost::Question => "COMMIT",
                Side::Client if is_commit(bytes) => return asked.store(true, SeqCst),
                Side::Server if asked.load(SeqCst) => "the answer to COMMIT",
                _ => return,
            };
            died.get_or_init(AtomicBool::default);
            lane.say(format!("loses {what}, and is dead from here on"));
            if let Some(tap) = own.get().and_then(Weak::upgrade) {
                tap.silence();
            }
        };
        let started = Arc::new(Tap::relay(server, watch).await?);
        tap.get_or_init(|| Arc::downgrade(&started));
        Ok(Self { tap: started, dead })
    }

    /// The same server, by this link.
    fn through(&self, server: PgConnectOptions) -> PgConnectOptions {
        server.host("127.0.0.1").port(self.tap.addr().port())
    }

    /// Whether it has died since this was asked last.
    fn has_died(&self) -> bool {
        self.dead.get().is_some_and(|told| !told.swap(true, SeqCst))
    }
}

fn is_commit(bytes: &[u8]) -> bool {
    bytes.windows(6).any(|word| word == b"COMMIT")
}

/// A connection of its own to PostgreSQL, past the link: what is really there. In a schema of this run, for many may share one
/// server.
struct Outside {
    db: PgConnection,
    options: PgConnectOptions,
    schema: String,
    server: postgres::Server,
    address: SocketAddr,
    lane: Lane,
    /// Rows in payment, as told last.
    told: i64,
}

/// What one sees.
struct Seen {
    rows: i64,
    balance: i64,
}

impl Outside {
    async fn open(server: postgres::Server, lane: Lane) -> Result<Self> {
        let options: PgConnectOptions = server.url.parse()?;
        let address = (options.get_host(), options.get_port()).to_socket_addrs()?.next();
        let address = address.ok_or_else(|| io::Error::other("the database has no address"))?;
        let schema = format!("ambiguous_commit_{}", std::process::id());
        let options = options.options([("search_path", &schema)]).application_name(&schema);
        let mut db =
            PgConnection::connect_with(&options.clone().application_name("outside")).await?;
        let tables = format!(
            "drop schema if exists {schema} cascade;
            create schema {schema};
            create table payment (key text unique, order_no text, amount bigint);
            create table seen (key text primary key);
            create table account (balance bigint);
            insert into account values (100)"
        );
        db.execute(AssertSqlSafe(tables)).await?;
        Ok(Self { db, options, schema, server, address, lane, told: 0 })
    }

    /// How the application comes to the same schema.
    fn options(&self) -> PgConnectOptions {
        self.options.clone()
    }

    fn address(&self) -> SocketAddr {
        self.address
    }

    async fn look(&mut self) -> sqlx::Result<Seen> {
        let look = "select count(*), (select balance from account) from payment";
        let (rows, balance) = sqlx::query_as(look).fetch_one(&mut self.db).await?;
        Ok(Seen { rows, balance })
    }

    async fn tell(&mut self) -> sqlx::Result<()> {
        let Seen { rows, balance } = self.look().await?;
        self.lane.say(format!("rows in payment: {rows}; balance: {balance}"));
        // What the link let through before it died.
        self.came_of(rows, &self.lane.beside("link"));
        self.told = rows;
        Ok(())
    }

    /// After the last attempt; only the timeline is told, for the checks say it in words.
    async fn last_look(&mut self, caller: Lane) -> sqlx::Result<Seen> {
        let seen = self.look().await?;
        self.lane.mark(format!("rows in payment: {}; balance: {}", seen.rows, seen.balance));
        self.came_of(seen.rows, &caller);
        Ok(seen)
    }

    /// Rows that were not there before came of what that lane told last.
    fn came_of(&self, rows: i64, cause: &Lane) {
        if rows > self.told {
            self.lane.because(cause.last());
        }
    }

    /// Ends the application's sessions, and waits until they are gone: what was not committed is rolled back.
    async fn end_sessions(&mut self) -> sqlx::Result<()> {
        self.server.will_end(&self.schema);
        let end = "select count(pg_terminate_backend(pid, 10000)) from pg_stat_activity where application_name = $1";
        let ended: i64 = sqlx::query_scalar(end).bind(&self.schema).fetch_one(&mut self.db).await?;
        self.lane.say(format!("sessions ended, for their client is gone: {ended}"));
        Ok(())
    }

    async fn tidy_up(&mut self) -> sqlx::Result<()> {
        let drop = format!("drop schema {} cascade", self.schema);
        self.db.execute(AssertSqlSafe(drop)).await?;
        Ok(())
    }
}

async fn statement<A: Notes>(lab: &Lab, knobs: Knobs) -> Result {
    let dir = tempfile::Builder::new().prefix("still-running-").tempdir()?;
    let file = SqliteConnectOptions::new()
        .filename(dir.path().join("shop.db"))
        .create_if_missing(true)
        .synchronous(SqliteSynchronous::Off)
        .busy_timeout(LONG);
    let [db, others] = [lite(&file, 3).await?, lite(&file, 1).await?];
    others.execute(TABLES).await?;
    lab.ready();
    let (paid, rows) = note_behind_a_lock::<A>(lab, knobs, &db, &others).await?;
    db.close().await;
    others.close().await;

    lab.check_eq("the caller was told that it is paid", true, paid);
    lab.check_eq("rows in payment", 1, rows);
    Ok(())
}

/// What SQLite needs. `order_no` and `seen` are for fixes that are none.
const TABLES: &str = "create table payment (key text unique, order_no text, amount bigint);
    create table seen (key text primary key)";

async fn lite(file: &SqliteConnectOptions, size: u32) -> sqlx::Result<SqlitePool> {
    let pool = SqlitePoolOptions::new().min_connections(size).max_connections(size);
    let pool = pool.test_before_acquire(false).connect_with(file.clone()).await?;
    until(LONG, || pool.num_idle() == size as usize).await;
    Ok(pool)
}

// ANCHOR: statement
async fn note_behind_a_lock<A: Notes>(
    lab: &Lab,
    knobs: Knobs,
    db: &SqlitePool,
    others: &SqlitePool,
) -> Result<(bool, i64)> {
    let (caller, file) = (lab.lane("caller"), lab.lane("database"));
    let mut lock = Some(others.begin_with("begin immediate").await?);
    file.say("a nightly job has the lock for writing");
    let mut paid = false;
    for attempt in 1..=ATTEMPTS {
        let note = caller.watch(&format!("attempt {attempt}"), A::note(db, &ORDER));
        let note = note.limit("timeout", knobs.patience).outcome(ok_or_err);
        let noted = timeout(knobs.patience, note).await;
        paid = matches!(noted, Ok(Ok(())));
        match noted {
            Ok(noted) => noted.map(|()| caller.say(format!("attempt {attempt}: Ok")))?,
            Err(why) => caller.say(format!("attempt {attempt}: {why}")),
        }
        if paid {
            break;
        }
        if attempt == 2
            && let Some(lock) = lock.take()
        {
            lock.commit().await?;
            file.say("the job is done, and the lock is free");
            until(LONG, || db.num_idle() == db.size() as usize).await;
            file.say(format!("rows in payment: {}", rows(others).await?));
            // Nobody else has tried so far.
            file.because(caller.last_drop());
        }
    }
    until(LONG, || db.num_idle() == db.size() as usize).await;
    let rows = rows(others).await?;
    file.say(format!("rows in payment: {rows}"));
    Ok((paid, rows))
}
// ANCHOR_END: statement

async fn rows(db: &SqlitePool) -> sqlx::Result<i64> {
    query_scalar("select count(*) from payment").fetch_one(db).await
}

fn main() -> ExitCode {
    Manifest {
        title: "One order, one click, and the balance is wrong",
        crates: &["sqlx", "PostgreSQL", "SQLite"],
        article: &[],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: fresh_key, key_apart, look_first, owned],
    )
}
