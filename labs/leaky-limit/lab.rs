//! A limit on how many may work at the same time. Who has the place, and until when?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod aborted;
    pub(crate) mod forgotten;
    pub(crate) mod queued;
    pub(crate) mod timed;
}

use labkit::{Count, Latch, Owner, ok_or_err, prelude::*, witness::until};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions};
use std::{
    convert::Infallible,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    runtime::Handle,
    sync::{Mutex, Semaphore, oneshot},
};
use tokio_util::task::AbortOnDropHandle;
use tower::{Service, ServiceExt, limit::ConcurrencyLimit, service_fn, util::BoxCloneService};

labkit::choice! {
    /// What is limited.
    Case {
        /// Reports that a database works on.
        Reports = "reports",
        /// Uploads that a service stores.
        Uploads = "uploads",
    }
}

labkit::knobs! {
    /// What is limited.
    case: Case = Case::Reports;
    /// How many are allowed at the same time.
    limit: usize = 2, 1..=4, grid [1, 4];
    /// How many callers come, one after another.
    callers: usize = 5, 1..=5, grid [2, 3];
    /// How long a caller waits.
    patience: Duration = 100, 50..=1000, grid [50, 300];
}

/// What a variant brings: a report, at most `limit` of them at the same time.
trait Reports {
    async fn report(db: SqlitePool, limit: Arc<Semaphore>) -> Result<i64>;
}

/// And how one upload is taken, on a connection that stays open for the next one.
trait Uploads {
    async fn take(store: &mut Store, upload: Upload) -> Result<usize>;
}

async fn scenario<A: Reports + Uploads>(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Reports => reports::<A>(&lab, knobs).await,
        Case::Uploads => uploads::<A>(&lab, knobs).await,
    }
}

/// Connections in the pool: one more than the largest limit.
const POOL: usize = 5;
/// How long after the last caller left one looks.
const GRACE: Duration = ms(200);
/// Far longer than anything here takes that comes to an end.
const LONG: Duration = ms(3000);

async fn reports<A: Reports>(lab: &Lab, knobs: Knobs) -> Result {
    lab.lanes(&["callers", "database", "stranger"]);
    let dir = tempfile::Builder::new().prefix("still-running-").tempdir()?;
    let db = Database::open(dir.path(), lab).await?;
    let limit = Arc::new(Semaphore::new(knobs.limit));
    give_up::<A>(lab, knobs, &db, &limit).await?;
    sleep(GRACE).await;
    let (begun, busy) = (db.begun.load(SeqCst), db.at_work.now());
    db.lane.say(format!("works on {busy} reports, {} ms after the last caller", GRACE.as_millis()));
    let stranger = db.pool.try_acquire().is_some();
    let gets = if stranger { "a connection" } else { "none: all are busy" };
    let lane = lab.lane("stranger");
    lane.say(format!("wants a connection, and gets {gets}"));
    if !stranger {
        lane.because(db.lane.last());
    }

    db.may_end.open();
    until(LONG, || limit.available_permits() == knobs.limit && db.at_work.now() == 0).await;
    drop(db.turn.lock().await);
    let late = db.begun.load(SeqCst) - begun;
    db.lane.say(format!("all are done; {late} more were begun meanwhile"));

    let (most, free) = (db.at_work.most(), limit.available_permits());
    let allowed = format!("at most {}", knobs.limit);
    lab.check_that("reports at work at the same time", &allowed, most, most <= knobs.limit);
    lab.check_eq("a connection is left for a stranger", true, stranger);
    lab.check_eq("reports begun after the last caller had left", 0, late);
    lab.check_eq("places free when all is done", knobs.limit, free);
    Ok(())
}

// ANCHOR: scenario
/// One caller after another asks for a report, waits as long as it is patient, and leaves.
async fn give_up<A: Reports>(
    lab: &Lab,
    knobs: Knobs,
    db: &Database,
    limit: &Arc<Semaphore>,
) -> Result {
    let callers = lab.lane("callers");
    for n in 1..=knobs.callers {
        let report = A::report(db.pool.clone(), limit.clone());
        let report = callers.watch(&format!("report {n}"), report);
        let report = report.as_owner(&db.callers[n - 1]).limit("timeout", knobs.patience);
        if let Ok(answer) = timeout(knobs.patience, report).await {
            callers.say(format!("has report {n}: {}", answer?));
        }
    }
    Ok(())
}
// ANCHOR_END: scenario

/// The comparison takes until the lab says that it may end.
const REPORT: &str = "select 'this year' < 'last year' collate slow";

/// SQLite in this process, which counts how many of its threads work on a report.
struct Database {
    pool: SqlitePool,
    lane: Lane,
    at_work: Count,
    begun: Arc<AtomicUsize>,
    /// Those who ask, in the order in which they come: so their reports begin, too.
    callers: Arc<[Owner; POOL]>,
    may_end: Latch,
    /// Reports end one after another, so that their number is told as it falls.
    turn: Arc<Mutex<()>>,
}

impl Database {
    async fn open(dir: &Path, lab: &Lab) -> Result<Self> {
        let lane = lab.lane("database");
        let (at_work, may_end) = (lane.count("reports at work"), Latch::default());
        let begun = Arc::new(AtomicUsize::new(0));
        let turn = Arc::new(Mutex::new(()));
        let callers = Arc::<[Owner; POOL]>::default();
        let (counts, seen, end) = (at_work.clone(), begun.clone(), may_end.clone());
        let (work, owners) = (lane.clone(), callers.clone());
        let turns = turn.clone();
        let runtime = Handle::current();
        let file = SqliteConnectOptions::new()
            .filename(dir.join("reports.db"))
            .create_if_missing(true)
            .collation("slow", move |a, b| {
                let one = counts.one();
                let n = seen.fetch_add(1, SeqCst);
                let busy = work.busy(&format!("report {}", n + 1));
                let _busy = busy.owned_by(&owners[n.min(POOL - 1)]);
                runtime.block_on(end.opened());
                let in_turn = runtime.block_on(turns.lock());
                drop(one);
                drop(in_turn);
                a.cmp(b)
            });
        let pool = full_pool(file).await?;
        lab.ready();
        lane.say("SQLite, in this process; a report takes until all callers have left");
        Ok(Self { pool, lane, at_work, begun, callers, may_end, turn })
    }
}

/// All connections are open from the start, and none is tested before use: a report begins as soon as it may.
async fn full_pool(file: SqliteConnectOptions) -> Result<SqlitePool> {
    let size = u32::try_from(POOL)?;
    let pool = SqlitePoolOptions::new().min_connections(size).max_connections(size);
    let pool = pool.test_before_acquire(false).connect_with(file).await?;
    until(LONG, || pool.num_idle() == POOL).await;
    Ok(pool)
}

/// Stores what was uploaded, at most so many at the same time; a clone for each connection.
type Store = ConcurrencyLimit<BoxCloneService<String, usize, Infallible>>;

// ANCHOR: uploads
async fn uploads<A: Uploads>(lab: &Lab, knobs: Knobs) -> Result {
    let (visitors, places) = (lab.lane("visitors"), Arc::new(Semaphore::new(knobs.limit)));
    let store = store(&places);
    let mut connections = vec![];
    for n in 1..=knobs.callers {
        let (mut mine, (_body_to_come, upload)) = (store.clone(), Upload::announced());
        let upload = visitors.watch(&format!("upload {n}"), A::take(&mut mine, upload));
        let upload = upload.limit("timeout", knobs.patience);
        if timeout(knobs.patience, upload).await.is_ok_and(|taken| taken.is_err()) {
            lab.cancelled();
        }
        visitors.gauge("places free", places.available_permits(), "");
        connections.push(mine);
    }
    let free = places.available_permits();
    visitors.say(format!("all have given up and stay connected; {free} places are free"));

    let leaving = knobs.limit.min(knobs.callers);
    drop(connections.drain(..leaving));
    let after = places.available_permits();
    visitors.say(format!("the first {leaving} hang up; {after} places are free"));
    let taken = newcomer::<A>(lab, store).await;

    lab.check_eq("places free while nothing is stored", knobs.limit, free);
    lab.check_eq("a newcomer's upload is taken", true, taken);
    Ok(())
}
// ANCHOR_END: uploads

/// A body that is there at once, on a connection of its own.
async fn newcomer<A: Uploads>(lab: &Lab, mut store: Store) -> bool {
    let (body, upload) = Upload::announced();
    body.send("a picture".into()).expect("the upload is still there");
    let lane = lab.lane("newcomer");
    let upload = lane.watch("upload", A::take(&mut store, upload));
    let upload = upload.limit("timeout", ms(1000)).outcome(ok_or_err);
    let taken = timeout(ms(1000), upload).await.is_ok_and(|taken| taken.is_ok());
    lane.say(if taken { "its upload is stored" } else { "waited a second for a place" });
    if !taken {
        lane.because(lane.beside("visitors").last());
    }
    taken
}

fn store(places: &Arc<Semaphore>) -> Store {
    let disk = service_fn(|body: String| async move { Ok(body.len()) });
    ConcurrencyLimit::with_semaphore(BoxCloneService::new(disk), places.clone())
}

/// The head of a request has come. Its body may take its time.
struct Upload(oneshot::Receiver<String>);

impl Upload {
    fn announced() -> (oneshot::Sender<String>, Self) {
        let (body, upload) = oneshot::channel();
        (body, Self(upload))
    }

    async fn body(self) -> Result<String> {
        Ok(self.0.await?)
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "The limit is kept, and the login page stops",
        crates: &["tokio", "sqlx", "tower"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: aborted, forgotten, queued, timed],
    )
}
