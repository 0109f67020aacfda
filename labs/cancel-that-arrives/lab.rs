//! Callers leave in the middle of a query. What does each way to deal with that do for others, and what to the server?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod others;
mod server;
mod wrong {
    pub(crate) mod idle_limit;
    pub(crate) mod keepalive;
}

use deadpool_postgres::Object;
use futures_util::future::join_all;
use labkit::{ok_or_err, prelude::*};
use others::{Bb8, Deadpool, Fast, Impatient, Verified, cancel};
use server::Server;
use sqlx::{
    Executor, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
};
use std::{
    fmt,
    marker::PhantomData,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{sync::Barrier, time::sleep_until, try_join};
use tokio_util::task::AbortOnDropHandle;

labkit::choice! {
    /// Whose pool it is.
    Case {
        /// That of sqlx.
        Sqlx = "sqlx",
        /// Those over tokio-postgres: deadpool and bb8.
        Others = "others",
    }
}

labkit::knobs! {
    /// Whose pool it is.
    case: Case = Case::Sqlx;
    /// How many callers ask for something slow at the same time; a pool has 4 connections.
    callers: usize = 4, 1..=4, grid [1, 2];
    /// How long a caller waits.
    patience: Duration = 100, 50..=500, grid [300];
}

/// Connections in a pool.
const POOL: usize = 4;
/// How many others want something quick after that, all at once.
const OTHERS: usize = 8;
/// How long those wait, and when the server is looked at after the last caller has left.
const GRACE: Duration = ms(1500);
/// What the pool of the variant is called.
const THIS: &str = "this pool";
/// Outlives every run.
const SLOW: &str = "select pg_sleep(60)";

/// A pool, and what it does about callers who leave.
trait Way: Sized {
    /// Returns when all its connections are open.
    async fn open(server: &Server, name: &str) -> Result<Self>;
    async fn slow(&self, sql: &'static str) -> Result;
    async fn quick(&self) -> Result;
    /// Connections that it has opened in all.
    fn opened(&self) -> usize;
}

/// A way to deal with callers who leave, for a pool of sqlx. As it stands here, it does nothing.
trait Stops {
    /// What a session brings along.
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server
    }
    async fn slow(app: &Pools, sql: &'static str) -> sqlx::Result<()> {
        app.pool.acquire().await?.execute(sql).await.map(|_| ())
    }
}

/// The same for a pool of deadpool, which tries nothing before it lends a connection again.
trait Frees {
    async fn slow(app: &Deadpool, sql: &'static str) -> Result;
}

struct Nothing;
impl Stops for Nothing {}

// ANCHOR: ways
struct StatementTimeout;
impl Stops for StatementTimeout {
    fn session(server: PgConnectOptions) -> PgConnectOptions {
        server.options([("statement_timeout", "600")])
    }
}

struct SideCancel;
impl Stops for SideCancel {
    async fn slow(app: &Pools, sql: &'static str) -> sqlx::Result<()> {
        let mut db = app.pool.acquire().await?;
        let backend = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&mut *db).await?;
        let mut running = Running { db: Some(db), backend, side: app.side.clone() };
        running.db.as_mut().expect("it was put there").execute(sql).await?;
        running.db = None;
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let (Some(db), side, backend) = (self.db.take(), self.side.clone(), self.backend) else {
            return;
        };
        tokio::spawn(async move {
            let cancel = sqlx::query("select pg_cancel_backend($1)").bind(backend);
            let told = cancel.execute(&side).await;
            // Only now may somebody else have it.
            drop(db);
            told
        });
    }
}
// ANCHOR_END: ways

/// A query, and the number of its backend.
struct Running {
    db: Option<PoolConnection<Postgres>>,
    backend: i32,
    side: PgPool,
}

async fn scenario<A: Stops + Frees>(lab: Lab, knobs: Knobs) -> Result {
    let server = Server::open(&lab).await?;
    let ways = match knobs.case {
        Case::Sqlx => ["nothing", "statement_timeout", "cancel from aside"],
        Case::Others => ["bb8", "deadpool, Verified", "… for 200 ms at most"],
    };
    lab.lanes(&[&[THIS][..], &ways.map(lane_of)].concat());
    // All begin at once, when each has its pool.
    let (server, open) = (&server, &Barrier::new(4));
    let run = Run { lab: &lab, knobs, server, open };
    let census = AbortOnDropHandle::new(tokio::spawn(server.census(&lab, THIS)));
    let (a, b, c, this) = match knobs.case {
        Case::Sqlx => sqlx_ways::<A>(&run).await?,
        Case::Others => other_ways::<A>(&run).await?,
    };
    drop(census);
    server.end().await?;
    let table = lab.lane("table");
    table.say(format!("{:22}{:>8}{:>9}{:>7}{:>13}", "", "served", "opened", "open", "for nobody"));
    for row in [&a, &b, &c, &this] {
        table.say(row.to_string());
    }
    lab.check_eq("others who were served", OTHERS, this.served);
    lab.check_eq("backends of this pool that work for nobody", 0, this.for_nobody);
    Ok(())
}

async fn sqlx_ways<A: Stops>(run: &Run<'_>) -> Result<(Row, Row, Row, Row)> {
    try_join!(
        row::<Sqlx<Nothing>>(run, "nothing"),
        row::<Sqlx<StatementTimeout>>(run, "statement_timeout"),
        row::<Sqlx<SideCancel>>(run, "cancel from aside"),
        row::<Sqlx<A>>(run, THIS),
    )
}

// ANCHOR: others
async fn other_ways<A: Frees>(run: &Run<'_>) -> Result<(Row, Row, Row, Row)> {
    try_join!(
        row::<Bb8>(run, "bb8"),
        row::<Verified>(run, "deadpool, Verified"),
        row::<Impatient>(run, "… for 200 ms at most"),
        row::<Fast<A>>(run, THIS),
    )
}
// ANCHOR_END: others

/// What a way is called on the timeline, where the names of lanes have to be short.
fn lane_of(way: &'static str) -> &'static str {
    match way {
        "statement_timeout" => "server's limit",
        "cancel from aside" => "aside",
        "deadpool, Verified" => "Verified",
        "… for 200 ms at most" => "… for 200 ms",
        short => short,
    }
}

/// What all ways of one run share.
struct Run<'a> {
    lab: &'a Lab,
    knobs: Knobs,
    server: &'a Server,
    open: &'a Barrier,
}

// ANCHOR: scenario
/// Callers leave, others come, and then the server is asked what it has of this pool.
async fn row<W: Way>(run: &Run<'_>, name: &'static str) -> Result<Row> {
    let Run { lab, knobs, server, open } = *run;
    let pool = W::open(server, name).await?;
    open.wait().await;
    let lane = lab.lane(lane_of(name));
    let asked = |_| lane.watch("slow", pool.slow(SLOW)).limit("timeout", knobs.patience);
    let slow = |n| timeout(knobs.patience, asked(n).quiet());
    join_all((0..knobs.callers).map(slow)).await;
    let left = Instant::now();
    let asked = |_| lane.watch("quick", pool.quick()).limit("timeout", GRACE).outcome(ok_or_err);
    let quick = |n| timeout(GRACE, asked(n).quiet());
    let answers = join_all((0..OTHERS).map(quick)).await;
    let served = answers.iter().filter(|answer| matches!(answer, Ok(Ok(())))).count();
    sleep_until(left + GRACE).await;
    let (open, for_nobody) = server.look(name).await?;
    Ok(Row { name, served, opened: pool.opened(), open, for_nobody })
}
// ANCHOR_END: scenario

/// What became of one way.
struct Row {
    name: &'static str,
    /// Others who were served.
    served: usize,
    /// Connections that the pool has opened in all, and those that the server still has of it.
    opened: usize,
    open: usize,
    /// Backends at work. All callers have left.
    for_nobody: usize,
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, served, opened, open, for_nobody } = self;
        write!(
            f,
            "{name:22}{:>8}{opened:>9}{open:>7}{for_nobody:>13}",
            format!("{served}/{OTHERS}")
        )
    }
}

/// A pool of sqlx, one connection beside it, and how many the pool has opened.
struct Pools {
    pool: PgPool,
    side: PgPool,
    opened: Arc<AtomicUsize>,
}

impl Pools {
    async fn open(to: PgConnectOptions, aside: PgConnectOptions) -> sqlx::Result<Self> {
        let opened = Arc::new(AtomicUsize::new(0));
        let count = opened.clone();
        let limit = POOL.try_into().expect("it is small");
        let pool = PgPoolOptions::new().max_connections(limit).test_before_acquire(false);
        let pool = pool.after_connect(move |_, _| {
            count.fetch_add(1, SeqCst);
            Box::pin(async { Ok(()) })
        });
        let pool = pool.connect_with(to).await?;
        let side = PgPoolOptions::new().max_connections(1).connect_with(aside).await?;
        let mut all = vec![];
        for _ in 0..POOL {
            all.push(pool.acquire().await?);
        }
        Ok(Self { pool, side, opened })
    }
}

/// A pool of sqlx with its way.
struct Sqlx<S>(Pools, PhantomData<S>);

impl<S: Stops> Way for Sqlx<S> {
    async fn open(server: &Server, name: &str) -> Result<Self> {
        let pools = Pools::open(S::session(server.options(name)), server.options("side")).await?;
        Ok(Self(pools, PhantomData))
    }
    async fn slow(&self, sql: &'static str) -> Result {
        Ok(S::slow(&self.0, sql).await?)
    }
    async fn quick(&self) -> Result {
        let one = sqlx::query_scalar("select 1").fetch_one(&self.0.pool);
        Ok(one.await.map(|_: i32| ())?)
    }
    fn opened(&self) -> usize {
        self.0.opened.load(SeqCst)
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "Everybody is served, and the server runs out of sessions",
        crates: &["sqlx", "tokio-postgres", "deadpool-postgres", "bb8", "PostgreSQL"],
        article: &["3.3"],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: idle_limit, keepalive])
}
