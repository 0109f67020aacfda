//! Callers ask for slow reports and give up. Are the queries over, and can a stranger still use the pool?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod aborted;
    pub(crate) mod closed;
    pub(crate) mod larger;
    pub(crate) mod lock_timeout;
    pub(crate) mod semaphore;
    pub(crate) mod too_long;
}

use futures_util::future::join_all;
use labkit::{Owner, ok_or_err, postgres, prelude::*, witness};
use sqlx::{
    Connection,
    pool::PoolOptions,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
    sqlite::{
        SqliteConnectOptions, SqliteConnection, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
    },
};
use std::{
    collections::HashMap,
    marker::PhantomData,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::{self, ThreadId},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

labkit::choice! {
    /// Which database is asked.
    Database {
        /// PostgreSQL where one is found, else SQLite.
        Auto = "auto",
        /// SQLite, in the lab's own process.
        Sqlite = "sqlite",
        /// A PostgreSQL server.
        Postgres = "postgres",
    }
}

labkit::knobs! {
    /// How many callers ask for a report at the same time; the pool has 5 connections.
    callers: usize = 5, 1..=5, grid [1, 4];
    /// Which database is asked.
    database: Database = Database::Auto;
    /// How long a caller waits for an answer.
    patience: Duration = 100, 50..=1000, grid [50, 500];
    /// How long a report takes.
    query: Duration = 10_000, 10..=30_000, grid [20, 300, 1000];
}

/// Connections in the pool.
const POOL: u32 = 5;
/// How long after the last caller left the database is looked at.
const GRACE: Duration = ms(400);
/// The longest that a pool may take to open connections anew. After `statement_timeout` sqlx's ping on release fails, and
/// all five are closed.
const REFILL: Duration = ms(10_000);

/// Counts rows; [`Lite`] makes each take a millisecond.
const REPORT: &str =
    "with recursive row(n) as (select 1 union all select n + 1 from row where n < ?)
    select count(*) from row where cast(n as text) <> '' collate slow";
const SLOW_REPORT: &str = "select count(*) from pg_sleep($1)";

/// What a variant brings for SQLite: how it opens its pool, and how it asks for a report.
trait OnSqlite {
    async fn open(pool: SqlitePoolOptions, file: SqliteConnectOptions) -> sqlx::Result<SqlitePool>;
    fn report(pool: SqlitePool, rows: i64) -> impl Future<Output = sqlx::Result<i64>> + Send;
}

/// The same for PostgreSQL. `patience` is what callers have.
trait OnPostgres {
    async fn open(
        pool: PgPoolOptions,
        server: PgConnectOptions,
        patience: Duration,
    ) -> sqlx::Result<PgPool>;
    fn report(pool: PgPool, seconds: f64) -> impl Future<Output = sqlx::Result<i64>> + Send;
}

/// A pool of either database, and the witness that belongs to it.
trait Pool: Send + Sync + 'static {
    /// Who tells how many queries are at work.
    const WITNESS: &str;
    fn report(
        &self,
        takes: Duration,
    ) -> impl Future<Output = sqlx::Result<i64>> + Send + 'static + use<Self>;
    fn select_1(&self) -> impl Future<Output = sqlx::Result<i64>> + Send;
    fn at_work(&self) -> impl Future<Output = sqlx::Result<usize>> + Send;
    fn idle(&self) -> usize;
}

async fn scenario<A: OnSqlite + OnPostgres + 'static>(lab: Lab, knobs: Knobs) -> Result {
    let lane = lab.lane("database");
    let Some(server) = server_for(knobs.database, &lab, &lane).await? else {
        let dir = tempfile::Builder::new().prefix("still-running-").tempdir()?;
        let lite = Lite::<A>::open(dir.path(), &lab).await?;
        return run(&lab, knobs, Arc::new(lite)).await;
    };
    let pg = Arc::new(Pg::<A>::open(&server, knobs.patience, &lab).await?);
    let ended = run(&lab, knobs, pg.clone()).await;
    server.let_go();
    pg.end().await?;
    ended
}

async fn run<P: Pool>(lab: &Lab, knobs: Knobs, pool: Arc<P>) -> Result {
    lab.lanes(&["client", "database", "stranger"]);
    let (database, callers) = (lab.lane("database"), Owner::default());
    let census = census(pool.clone(), database, callers.clone());
    let _census = AbortOnDropHandle::new(tokio::spawn(census));
    give_up(lab, knobs, &*pool).await?;
    callers.left();
    sleep(GRACE).await;
    let at_work = look(lab, &*pool).await?;
    // A database that has nothing to do has a connection to give, or the pool opens one. How long that takes is the
    // machine's business: with a crowd on it far more than a caller's patience. It says nothing of the orphans.
    let patience = if at_work == 0 { REFILL } else { knobs.patience };
    come_in(lab, patience, &*pool).await;
    Ok(())
}

// ANCHOR: scenario
/// Each caller asks for a report, and waits as long as it is patient.
async fn give_up<P: Pool>(lab: &Lab, knobs: Knobs, pool: &P) -> Result {
    let client = lab.lane("client");
    let ask = |n| {
        let report = client.watch(&format!("report {n}"), pool.report(knobs.query));
        let report = report.limit("timeout", knobs.patience).outcome(ok_or_err);
        timeout(knobs.patience, report)
    };
    for answer in join_all((1..=knobs.callers).map(ask)).await {
        match answer {
            Ok(Ok(count)) => client.say(format!("has its report: {count}")),
            Ok(Err(why)) => {
                client.say(format!("has no report: {}", stopped(why)?));
                lab.cancelled();
            }
            Err(_) => {} // Dropped by its timeout. The watch has said so.
        }
    }
    Ok(())
}
// ANCHOR_END: scenario

/// A stranger wants something quick from the same pool.
async fn come_in<P: Pool>(lab: &Lab, patience: Duration, pool: &P) {
    let stranger = lab.lane("stranger");
    let mut answered = false;
    for _ in 0..3 {
        let asked = stranger.watch("select 1", pool.select_1()).limit("timeout", patience);
        let asked = asked.outcome(ok_or_err).quiet();
        answered = timeout(patience, asked).await.is_ok_and(|answer| answer.is_ok());
        let answer = if answered { "answered" } else { "no answer" };
        stranger.say(format!("select 1: {answer}; {} of {POOL} connections idle", pool.idle()));
        if answered {
            break;
        }
    }
    lab.over();
    lab.check_eq("a stranger's select 1 is answered", true, answered);
}

/// Asks the witness what the database still does.
async fn look<P: Pool>(lab: &Lab, pool: &P) -> Result<usize> {
    let (at_work, after) = (pool.at_work().await?, GRACE.as_millis());
    let lane = lab.lane("database");
    lane.say(format!("{}: {at_work} at work, {after} ms after the last caller", P::WITNESS));
    if at_work > 0 {
        lane.because(lab.lane("client").last_drop());
    }
    lab.check_eq("queries at work for callers who left", 0, at_work);
    Ok(at_work)
}

/// What a database says of a query that it was told to stop; any other error is a fault of the lab.
fn stopped(why: sqlx::Error) -> sqlx::Result<String> {
    match why {
        // PostgreSQL's `query_canceled`, SQLite's `SQLITE_INTERRUPT`.
        sqlx::Error::Database(why) if matches!(why.code().as_deref(), Some("57014" | "9")) => {
            Ok(why.message().to_owned())
        }
        fault => Err(fault),
    }
}

/// Tells the timeline how many queries are at work, and when they are for nobody, for as long as it lives.
async fn census<P: Pool>(pool: Arc<P>, database: Lane, callers: Owner) {
    let (mut last, mut queries) = (None, None);
    loop {
        if let Ok(now) = pool.at_work().await
            && last.replace(now) != Some(now)
        {
            database.gauge("queries at work", now, "");
            queries = (now > 0)
                .then(|| queries.unwrap_or_else(|| database.busy("queries").owned_by(&callers)));
        }
        sleep(ms(20)).await;
    }
}

/// All connections are open from the start, and none is tested before use: a query is on its way as soon as it is asked for.
fn pool_options<DB: sqlx::Database>() -> PoolOptions<DB> {
    PoolOptions::new().min_connections(POOL).max_connections(POOL).test_before_acquire(false)
}

/// SQLite, and when each of its threads was last seen to work through a row.
struct Lite<A> {
    pool: SqlitePool,
    rows: Arc<Rows>,
    app: PhantomData<fn() -> A>,
}

type Rows = Mutex<HashMap<ThreadId, Instant>>;

impl<A: OnSqlite> Lite<A> {
    async fn open(dir: &Path, lab: &Lab) -> Result<Self> {
        let rows = Arc::new(Rows::default());
        let seen = rows.clone();
        let file = SqliteConnectOptions::new()
            .filename(dir.join("reports.db"))
            .create_if_missing(true)
            .synchronous(SqliteSynchronous::Off)
            .collation("slow", move |a, b| {
                thread::sleep(ms(1));
                lock(&seen).insert(thread::current().id(), Instant::now());
                a.cmp(b)
            });
        let pool = A::open(pool_options(), file).await?;
        let version: String =
            sqlx::query_scalar("select sqlite_version()").fetch_one(&pool).await?;
        lab.ready();
        lab.lane("database").say(format!("SQLite {version}, in this process; a row takes it 1 ms"));
        Ok(Self { pool, rows, app: PhantomData })
    }
}

fn lock(rows: &Rows) -> MutexGuard<'_, HashMap<ThreadId, Instant>> {
    rows.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<A: OnSqlite + 'static> Pool for Lite<A> {
    const WITNESS: &str = "threads that SQLite counts rows in";

    fn report(
        &self,
        takes: Duration,
    ) -> impl Future<Output = sqlx::Result<i64>> + Send + 'static + use<A> {
        A::report(self.pool.clone(), i64::try_from(takes.as_millis()).expect("a knob's range fits"))
    }
    async fn select_1(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("select 1").fetch_one(&self.pool).await
    }
    async fn at_work(&self) -> sqlx::Result<usize> {
        Ok(lock(&self.rows).values().filter(|last| last.elapsed() < ms(100)).count())
    }
    fn idle(&self) -> usize {
        self.pool.num_idle()
    }
}

/// PostgreSQL, and a connection of its own to ask it what it does.
struct Pg<A> {
    pool: PgPool,
    witness: PgPool,
    /// What this run's connections are called in `pg_stat_activity`.
    name: String,
    app: PhantomData<fn() -> A>,
}

/// Prepares the report on each connection; else a slow first answer could come too late for the query to be sent at all.
async fn warm_up(pool: &PgPool) -> sqlx::Result<()> {
    let mut all = vec![];
    for _ in 0..POOL {
        all.push(pool.acquire().await?);
    }
    for db in &mut all {
        sqlx::query_scalar::<_, i64>(SLOW_REPORT).bind(0.0).fetch_one(&mut **db).await?;
    }
    drop(all);
    witness::until(Duration::from_secs(10), || pool.num_idle() == POOL as usize).await;
    Ok(())
}

impl<A: OnPostgres> Pg<A> {
    async fn open(server: &postgres::Server, patience: Duration, lab: &Lab) -> Result<Self> {
        let to: PgConnectOptions = server.url.parse()?;
        // A pool would try for long, and then not say why.
        let first = PgConnection::connect_with(&to).await.map_err(|why| Unavailable {
            what: format!("{} does not answer: {why}", server.origin),
            how: "run it again: one that has ended is started anew".into(),
        })?;
        first.close().await?;
        let witness = PgPoolOptions::new().max_connections(1).connect_with(to.clone()).await?;
        // Many runs may share one server. No two connections to it have the same number.
        let (number, version): (i32, String) =
            sqlx::query_as("select pg_backend_pid(), current_setting('server_version')")
                .fetch_one(&witness)
                .await?;
        let name = format!("orphan-query {number}");
        let pool = A::open(pool_options(), to.application_name(&name), patience).await?;
        warm_up(&pool).await?;
        lab.ready();
        lab.lane("database").say(format!("PostgreSQL {version}, {}", server.origin));
        Ok(Self { pool, witness, name, app: PhantomData })
    }

    /// Leaves nothing behind on a server that others use too.
    async fn end(&self) -> sqlx::Result<()> {
        sqlx::query(
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1",
        )
        .bind(&self.name)
        .execute(&self.witness)
        .await?;
        Ok(())
    }
}

impl<A: OnPostgres + 'static> Pool for Pg<A> {
    const WITNESS: &str = "pg_stat_activity";

    fn report(
        &self,
        takes: Duration,
    ) -> impl Future<Output = sqlx::Result<i64>> + Send + 'static + use<A> {
        A::report(self.pool.clone(), takes.as_secs_f64())
    }
    async fn select_1(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("select 1::bigint").fetch_one(&self.pool).await
    }
    async fn at_work(&self) -> sqlx::Result<usize> {
        let active: i64 = sqlx::query_scalar(
            "select count(*) from pg_stat_activity where application_name = $1 and state = 'active'",
        )
        .bind(&self.name)
        .fetch_one(&self.witness)
        .await?;
        Ok(usize::try_from(active).expect("a count is not negative"))
    }
    fn idle(&self) -> usize {
        self.pool.num_idle()
    }
}

/// The PostgreSQL to ask; `None` where it is to be SQLite.
async fn server_for(choice: Database, lab: &Lab, lane: &Lane) -> Result<Option<postgres::Server>> {
    let wanted = choice == Database::Postgres;
    if choice == Database::Sqlite || !(wanted || postgres::is_likely()) {
        return Ok(None);
    }
    if postgres::must_be_started() {
        lane.say("starting a temporary PostgreSQL, 1 to 3 s …");
    }
    match postgres::server(lab).await {
        Err(why) if !wanted && why.is::<Unavailable>() => {
            lane.say(format!("SQLite it is: {why}"));
            Ok(None)
        }
        server => server.map(Some),
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The login page stops at nine, and at 9:02 it is back",
        crates: &["sqlx", "tokio"],
        article: &["1.2"],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: aborted, closed, larger, lock_timeout, semaphore, too_long])
}
