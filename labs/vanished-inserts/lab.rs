//! A `begin()` that was cancelled, three inserts that said Ok, and no row: the transaction nobody knows of.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod aborted;
    pub(crate) mod pinned;
    pub(crate) mod unconstrained;
}

use labkit::{
    Busy, Latch, Owner, postgres,
    prelude::*,
    witness::{Side, Tap, until},
};
use sqlx::{
    AssertSqlSafe, Connection, Executor, PgConnection, PgPool, Postgres, Transaction,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
};
use tokio_util::task::TaskTracker;

labkit::knobs! {
    /// How long the caller waits for BEGIN.
    patience: Duration = 20, 5..=500, grid [10, 30, 200];
    /// How long the database takes to answer BEGIN.
    answer: Duration = 60, 5..=500, grid [20, 150];
}

/// What a variant brings: a database that begins transactions for callers who may leave.
trait Database {
    fn new(pool: PgPool) -> Self;
    async fn begin(&self) -> sqlx::Result<Transaction<'static, Postgres>>;
    async fn close(&self);
}

const NAMES: [&str; 3] = ["ada", "grace", "edsger"];
const LIMIT: Duration = ms(10_000);

async fn scenario<D: Database>(lab: Lab, knobs: Knobs) -> Result {
    let server = postgres::server(&lab).await?;
    let options: PgConnectOptions = server.url.parse()?;
    let mut outside = PgConnection::connect_with(&options).await?;
    let table = format!("customer_{}", std::process::id());
    outside.execute(AssertSqlSafe(format!("create table {table} (name text)"))).await?;
    let seen = run::<D>(&lab, knobs, options, &mut outside, &table).await;
    outside.execute(AssertSqlSafe(format!("drop table {table}"))).await?;

    lab.check_eq("rows, seen from outside", 3, seen?);
    Ok(())
}

async fn run<D: Database>(
    lab: &Lab,
    knobs: Knobs,
    options: PgConnectOptions,
    outside: &mut PgConnection,
    table: &str,
) -> Result<i64> {
    let begin_is_sent = Latch::default();
    let had_sent = begin_is_sent.clone();
    let wire = Tap::relay(address(&options)?, move |side, bytes| {
        if side == Side::Client && bytes.windows(5).any(|word| word == b"BEGIN") {
            begin_is_sent.open();
        }
    });
    let wire = wire.await?;
    let pool =
        pool_of_one(options.application_name(table).host("127.0.0.1").port(wire.addr().port()))
            .await?;
    let database = D::new(pool.clone());

    lab.ready();

    // ANCHOR: scenario
    let (caller, customers) = (lab.lane("caller"), lab.lane("customers"));
    wire.hold(Side::Server);
    let slow_answer = async {
        sleep(knobs.answer).await;
        lab.lane("database").say("answers BEGIN");
        wire.open();
    };
    let give_up = async {
        let begin = caller.watch_at(1, "begin()", database.begin());
        let begin = begin.holding(move || had_sent.is_open().then(|| "had sent BEGIN".into()));
        match timeout(knobs.patience, begin.limit("timeout", knobs.patience)).await {
            Ok(tx) => drop(tx?),
            Err(_) => caller.say("gave up"),
        }
        Ok::<_, sqlx::Error>(())
    };
    let (gave_up, ()) = tokio::join!(give_up, slow_answer);
    gave_up?;
    until(LIMIT, || pool.num_idle() == 1).await;
    let _drawn = look_closer(lab, outside, table).await?;

    for name in NAMES {
        let insert = AssertSqlSafe(format!("insert into {table} values ('{name}')"));
        pool.execute(insert).await?;
        customers.say("INSERT … Ok");
    }
    let count = AssertSqlSafe(format!("select count(*) from {table}"));
    let seen = sqlx::query_scalar(count).fetch_one(&mut *outside).await?;
    // ANCHOR_END: scenario
    customers.say(format!("count, seen from outside: {seen}"));
    look(lab, outside, table).await?;
    timeout(LIMIT, database.close()).await?;
    Ok(seen)
}

/// The server's own word for it: how many of the pool's sessions sit in a transaction and wait.
async fn look(lab: &Lab, outside: &mut PgConnection, pool: &str) -> Result<i64> {
    let ask = "select count(*) from pg_stat_activity where application_name = $1 and state = 'idle in transaction'";
    let open: i64 = sqlx::query_scalar(ask).bind(pool).fetch_one(outside).await?;
    lab.lane("database").gauge("sessions idle in transaction", usize::try_from(open)?, "");
    Ok(open)
}

/// One that is there has lost its caller; it is drawn for as long as what this gives back lives.
async fn look_closer(lab: &Lab, outside: &mut PgConnection, pool: &str) -> Result<Option<Busy>> {
    if look(lab, outside, pool).await? == 0 {
        return Ok(None);
    }
    let (lane, caller) = (lab.lane("database"), Owner::default());
    let transaction = lane.busy("a transaction");
    lane.because(lane.beside("caller").last_drop());
    caller.left();
    Ok(Some(transaction.owned_by(&caller)))
}

/// One connection, made before anything is slow, and no ping that could be cancelled in place of BEGIN.
async fn pool_of_one(options: PgConnectOptions) -> Result<PgPool> {
    let pool = PgPoolOptions::new().max_connections(1).test_before_acquire(false);
    let pool = pool.connect_with(options).await?;
    until(LIMIT, || pool.num_idle() == 1).await;
    Ok(pool)
}

fn address(options: &PgConnectOptions) -> Result<SocketAddr> {
    let found = (options.get_host(), options.get_port()).to_socket_addrs()?.next();
    Ok(found.ok_or_else(|| io::Error::other("the database has no address"))?)
}

fn main() -> ExitCode {
    Manifest {
        title: "Three inserts say Ok, and none of the rows is there",
        crates: &["sqlx", "PostgreSQL"],
        article: &["3.2"],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Db, wrong: aborted, pinned, unconstrained],
    )
}
