//! Whoever gives up has the query cancelled. Which query does the cancel find when it gets there?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod over;
    pub(crate) mod sent;
}

use deadpool_postgres::{Manager, ManagerConfig, Object, Pool, RecyclingMethod};
use futures_util::future::join_all;
use labkit::{
    ok_or_err, postgres,
    prelude::*,
    witness::{Peer, until},
};
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, copy_bidirectional},
    net::TcpStream,
};
use tokio_postgres::{Client, Config, NoTls, config::Host, error::SqlState};
use tokio_util::task::{AbortOnDropHandle, TaskTracker};

labkit::knobs! {
    /// How many callers ask for a report at the same time; the pool has 5 connections.
    callers: usize = 5, 1..=5, grid [1];
    /// How long a caller waits.
    patience: Duration = 50, 20..=1000, grid [1000];
    /// How long a report takes.
    report: Duration = 500, 100..=5000, grid [2000];
    /// How long a cancel request is on its way.
    late: Duration = 900, 0..=2000, grid [0, 2000];
}

/// What a variant brings: it runs a report, and has it cancelled where its caller leaves.
trait Reports {
    fn report(shop: &Shop, sql: &str) -> impl Future<Output = Result> + Send;
}

/// A pool, the address at which its server takes cancel requests, and the tasks that send them.
struct Shop {
    pool: Pool,
    server: SocketAddr,
    tasks: TaskTracker,
}

/// Connections in the pool.
const POOL: usize = 5;
/// How long what a stranger asks for takes.
const STRANGER: Duration = ms(1000);
/// Far longer than anything takes that does not hang.
const LIMIT: Duration = ms(10_000);

async fn scenario<A: Reports>(lab: Lab, knobs: Knobs) -> Result {
    lab.lanes(&["callers", "network", "database", "strangers"]);
    let lane = lab.lane("database");
    if postgres::must_be_started() {
        lane.say("starting a temporary PostgreSQL, 1 to 3 s …");
    }
    let server = postgres::server(&lab).await?;
    let config: Config = server.url.parse()?;
    let network = Network::open(&lab, address(&config)?, knobs.late).await?;
    let database = Database::open(config.clone(), lane).await?;
    let shop = shop(config, network.peer.addr(), &database.name).await?;
    lab.ready();
    database.lane.say(format!("PostgreSQL {}, {}", database.version, server.origin));
    let _census = AbortOnDropHandle::new(tokio::spawn(database.census()));
    let killed = run::<A>(&lab, knobs, &shop).await?;
    shop.tasks.close();
    shop.tasks.wait().await;
    until(LIMIT, || network.arrived() == network.asked()).await;
    network.lane.say(format!("{} cancel requests have arrived", network.arrived()));
    lab.check_eq("strangers whose query was cancelled", 0, killed);
    Ok(())
}

// ANCHOR: scenario
/// Callers want a report, and leave. Strangers come at once, and do not leave.
async fn run<A: Reports>(lab: &Lab, knobs: Knobs, shop: &Shop) -> Result<usize> {
    let callers = lab.lane("callers");
    let report = format!("select pg_sleep({})", knobs.report.as_secs_f64());
    let left = join_all((1..=knobs.callers).map(|n| {
        let asked = callers.watch(&format!("report {n}"), A::report(shop, &report)).quiet();
        timeout(knobs.patience, asked.limit("timeout", knobs.patience))
    }))
    .await;
    callers.say(format!("{} give up", left.iter().filter(|answer| answer.is_err()).count()));

    let strangers = lab.lane("strangers");
    let ask =
        |n| strangers.watch(&format!("stranger {n}"), stranger(&shop.pool)).outcome(ok_or_err);
    let answers = join_all((1..=POOL).map(ask)).await;
    killed(&strangers, answers)
}

async fn stranger(pool: &Pool) -> Result {
    let db = pool.get().await?;
    let sql = format!("select pg_sleep({})", STRANGER.as_secs_f64());
    Ok(db.batch_execute(&sql).await?)
}
// ANCHOR_END: scenario

/// How many were told that their query is cancelled. Any other error is a fault of the lab.
fn killed(strangers: &Lane, answers: Vec<Result>) -> Result<usize> {
    let mut killed = 0;
    for answer in answers {
        let Err(why) = answer else { continue };
        let db = why.downcast_ref::<tokio_postgres::Error>().and_then(|why| why.as_db_error());
        match db {
            Some(db) if *db.code() == SqlState::QUERY_CANCELED => {
                strangers.say(format!("{} ({})", db.message(), db.code().code()));
                if killed == 0 {
                    strangers.because(strangers.beside("network").last());
                }
                killed += 1;
            }
            _ => return Err(why),
        }
    }
    strangers.say(format!("{} of {POOL} have their answer", POOL - killed));
    Ok(killed)
}

/// All connections are open from the start, so that a report is on its way as soon as it is asked for.
async fn shop(mut config: Config, server: SocketAddr, name: &str) -> Result<Shop> {
    config = through(&config, server);
    config.application_name(name);
    let recycling_method = RecyclingMethod::Fast;
    let manager = Manager::from_config(config, NoTls, ManagerConfig { recycling_method });
    let pool = Pool::builder(manager).max_size(POOL).build()?;
    let mut all = vec![];
    for _ in 0..POOL {
        all.push(pool.get().await?);
    }
    drop(all);
    Ok(Shop { pool, server, tasks: TaskTracker::new() })
}

/// The same server and account, by another way.
fn through(config: &Config, server: SocketAddr) -> Config {
    let mut other = Config::new();
    other.host(server.ip().to_string()).port(server.port());
    if let Some(user) = config.get_user() {
        other.user(user);
    }
    if let Some(password) = config.get_password() {
        other.password(password);
    }
    if let Some(database) = config.get_dbname() {
        other.dbname(database);
    }
    other
}

fn address(config: &Config) -> Result<SocketAddr> {
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let found = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => (host.as_str(), port).to_socket_addrs()?.next(),
        _ => None,
    };
    Ok(found.ok_or_else(|| io::Error::other("the database has no address"))?)
}

/// The way to the server. Cancel requests, which come on connections of their own, take their time on it.
struct Network {
    lane: Lane,
    peer: Peer,
    asked: Arc<AtomicUsize>,
    arrived: Arc<AtomicUsize>,
}

/// A message that begins a connection: its length, and what it is.
const CANCEL_REQUEST: [u8; 8] = [0, 0, 0, 16, 4, 210, 22, 46];

impl Network {
    // ANCHOR: network
    async fn open(lab: &Lab, server: SocketAddr, late: Duration) -> io::Result<Self> {
        let (lane, of_peer) = (lab.lane("network"), lab.lane("network"));
        let (asked, arrived) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let counts = (asked.clone(), arrived.clone());
        let peer = Peer::start(move |mut client, _| {
            let (lane, (asked, arrived)) = (of_peer.clone(), counts.clone());
            async move {
                let is_cancel = begins_with(&client, CANCEL_REQUEST).await;
                if is_cancel {
                    let n = 1 + asked.fetch_add(1, SeqCst);
                    lane.mark(format!("cancel {n}: on its way"));
                    // Which caller's it is, nobody can tell from here: one line stands for all.
                    if n == 1 {
                        lane.because(lane.beside("callers").last());
                    }
                    sleep(late).await;
                }
                let Ok(mut server) = TcpStream::connect(server).await else { return };
                // Ends when both have closed; an error is a connection that was cut.
                let _cut = copy_bidirectional(&mut client, &mut server).await.is_err();
                if is_cancel {
                    lane.mark(format!("cancel {}: arrived", 1 + arrived.fetch_add(1, SeqCst)));
                }
            }
        })
        .await?;
        Ok(Self { lane, peer, asked, arrived })
    }
    // ANCHOR_END: network

    fn asked(&self) -> usize {
        self.asked.load(SeqCst)
    }

    fn arrived(&self) -> usize {
        self.arrived.load(SeqCst)
    }
}

async fn begins_with(client: &TcpStream, wanted: [u8; 8]) -> bool {
    let mut bytes = [0; 8];
    loop {
        match client.peek(&mut bytes).await {
            Ok(8) => return bytes == wanted,
            Ok(1..) => sleep(ms(1)).await,
            _ => return false,
        }
    }
}

/// A connection of its own, to ask the server what it does.
struct Database {
    lane: Lane,
    witness: Arc<Client>,
    _connection: AbortOnDropHandle<()>,
    version: String,
    /// What this run's connections are called in `pg_stat_activity`.
    name: String,
}

impl Database {
    async fn open(config: Config, lane: Lane) -> Result<Self> {
        let (witness, connection) = config.connect(NoTls).await?;
        let _connection =
            AbortOnDropHandle::new(tokio::spawn(async { connection.await.unwrap_or_default() }));
        let sql = "select pg_backend_pid(), current_setting('server_version')";
        let row = witness.query_one(sql, &[]).await?;
        let (number, version): (i32, String) = (row.get(0), row.get(1));
        // Many runs may share one server. No two connections to it have the same number.
        let name = format!("late-cancel {number}");
        Ok(Self { lane, witness: Arc::new(witness), _connection, version, name })
    }

    /// Tells the timeline how many queries are at work, for as long as it lives.
    fn census(&self) -> impl Future<Output = ()> + Send + use<> {
        let (lane, db, name) = (self.lane.clone(), self.witness.clone(), self.name.clone());
        async move {
            let sql = "select count(*) from pg_stat_activity where application_name = $1 and state = 'active'";
            let mut last = None;
            while let Ok(row) = db.query_one(sql, &[&name]).await {
                let now = usize::try_from(row.get::<_, i64>(0)).expect("a count is not negative");
                if last.replace(now) != Some(now) {
                    lane.gauge("queries at work", now, "");
                }
                sleep(ms(10)).await;
            }
        }
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "A few errors a day, and each is gone when one tries again",
        crates: &["tokio-postgres", "deadpool-postgres", "PostgreSQL"],
        article: &["3.2"],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: over, sent])
}
