//! A link to the database dies, or is slow, and then all is well again. And the pool?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod again;
    pub(crate) mod borrow_only;
    pub(crate) mod lifetimes;
    pub(crate) mod release_only;
    pub(crate) mod server_limit;
}

use futures_util::future::join_all;
use labkit::{
    ok_or_err, postgres,
    prelude::*,
    witness::{Peer, Tap, until},
};
use sqlx::{
    Connection, PgConnection, PgPool, Postgres,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgPoolOptions},
    query,
};
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
};
use tokio::{io::copy_bidirectional, net::TcpStream};

labkit::choice! {
    /// What is the matter with the link to the database.
    Case {
        /// It dies, and nobody is told.
        Silent = "silent",
        /// It takes long to connect.
        Slow = "slow",
    }
}

labkit::knobs! {
    /// What is the matter with the link to the database.
    case: Case = Case::Silent;
    /// How many have a connection when the link dies; the pool has 3.
    callers: usize = 3, 1..=3, grid [1, 2];
    /// How long a caller waits.
    patience: Duration = 100, 50..=1000, grid [300];
    /// How long a connect takes.
    connect: Duration = 300, 1..=2000, grid [600];
}

/// What a variant brings: a pool of connections.
trait Opens {
    async fn open(pool: PgPoolOptions, server: PgConnectOptions) -> sqlx::Result<PgPool>;
}

/// And how a caller gets one of them.
trait Borrows {
    async fn borrow(pool: &PgPool) -> sqlx::Result<PoolConnection<Postgres>>;
}

async fn scenario<A: Opens + Borrows>(lab: Lab, knobs: Knobs) -> Result {
    let server = postgres::server(&lab).await?;
    let options: PgConnectOptions = server.url.parse()?;
    match knobs.case {
        Case::Silent => silent::<A>(&lab, knobs, options).await,
        Case::Slow => slow::<A>(&lab, knobs, options).await,
    }
}

/// Connections in the pool.
const POOL: usize = 3;
/// How long the pool lets somebody wait; also the longest that it may take to connect.
const ACQUIRE: Duration = ms(2000);
const LONG: Duration = ms(10_000);

async fn silent<A: Opens>(lab: &Lab, knobs: Knobs, server: PgConnectOptions) -> Result {
    lab.lanes(&["network", "callers", "pool", "strangers"]);
    let link = Tap::relay(address(&server)?, |_, _| ()).await?;
    let server = server.host("127.0.0.1").port(link.addr().port());
    let options = PgPoolOptions::new().max_connections(u32::try_from(POOL)?);
    let pool = A::open(options.acquire_timeout(ACQUIRE), server).await?;
    fill(&pool).await?;
    lab.ready();
    let answered = die_and_come_back(lab, knobs, &pool, &link).await?;

    lab.check_eq("strangers answered, of three at the same time", POOL, answered);
    Ok(())
}

/// Opens all connections, and uses each once.
async fn fill(pool: &PgPool) -> Result {
    let all = join_all((0..POOL).map(|_| pool.acquire())).await;
    for db in all {
        query("select 1").execute(&mut *db?).await?;
    }
    until(LONG, || pool.num_idle() == POOL).await;
    Ok(())
}

// ANCHOR: scenario
async fn die_and_come_back(lab: &Lab, knobs: Knobs, pool: &PgPool, link: &Tap) -> Result<usize> {
    let (callers, network) = (lab.lane("callers"), lab.lane("network"));
    let mut busy = vec![];
    for _ in 0..knobs.callers {
        busy.push(pool.acquire().await?);
    }
    look(lab, pool);
    link.silence();
    network.say("the connections are dead, and neither end is told");
    let ask = busy.into_iter().zip(1..).map(|(mut db, n)| {
        let asked = async move { query("select 1").execute(&mut *db).await };
        let query = callers.watch(&format!("query {n}"), asked);
        timeout(knobs.patience, query.limit("timeout", knobs.patience))
    });
    let gave_up = join_all(ask).await.iter().filter(|answer| answer.is_err()).count();
    callers.say(format!("{gave_up} of {} have given up", knobs.callers));
    network.say("is well: who connects from now on is served");
    sleep(ms(300)).await;
    look(lab, pool);
    Ok(ask_again(lab, pool).await)
}
// ANCHOR_END: scenario

/// Three strangers at the same time; each keeps its connection until all have one, or are refused.
async fn ask_again(lab: &Lab, pool: &PgPool) -> usize {
    let strangers = lab.lane("strangers");
    let ask = |n| {
        let acquire = strangers.watch(&format!("acquire {n}"), pool.acquire());
        acquire.limit("acquire_timeout", ACQUIRE).outcome(ok_or_err)
    };
    let all = join_all((1..=POOL).map(ask)).await;
    let mut answered = 0;
    for (n, db) in (1..).zip(all) {
        let answer = match db {
            Ok(mut db) => query("select 1").execute(&mut *db).await.map(|_| ()),
            Err(why) => Err(why),
        };
        answered += usize::from(answer.is_ok());
        let is_refused = matches!(answer, Err(sqlx::Error::PoolTimedOut));
        let said = answer.map_or_else(|why| why.to_string(), |()| "answered".into());
        strangers.say(format!("select 1, {n}: {said}"));
        if is_refused && n == 1 {
            strangers.because(strangers.beside("pool").last());
        }
    }
    answered
}

/// What the pool says of itself.
fn look(lab: &Lab, pool: &PgPool) {
    gauge(lab, pool);
    let lane = lab.lane("pool");
    lane.say(format!("size {}, idle {}", pool.size(), pool.num_idle()));
    // So it is since callers left, once they have.
    lane.because(lane.beside("callers").last_drop());
}

fn gauge(lab: &Lab, pool: &PgPool) {
    let lane = lab.lane("pool");
    lane.gauge("connections", pool.size() as usize, "");
    lane.gauge("idle", pool.num_idle(), "");
}

/// How many come, one after another, to a pool that is empty.
const VISITORS: usize = 12;

async fn slow<A: Borrows>(lab: &Lab, knobs: Knobs, server: PgConnectOptions) -> Result {
    let link = slow_link(address(&server)?, knobs.connect).await?;
    lab.lanes(&["visitors", "pool"]);
    let server = server.host("127.0.0.1").port(link.addr().port());
    let options = PgPoolOptions::new().max_connections(u32::try_from(POOL)?);
    let pool = options.acquire_timeout(LONG).connect_lazy_with(server);
    lab.ready();
    let served = visit::<A>(lab, knobs, &pool).await;
    let (visitors, connects) = (lab.lane("visitors"), link.accepted());
    visitors.say(format!("{served} of {VISITORS} were served; {connects} connects were begun"));

    let some = served > 0;
    lab.check_that("visitors served", "at least one, once there is a connection", served, some);
    Ok(())
}

// ANCHOR: slow
async fn visit<A: Borrows>(lab: &Lab, knobs: Knobs, pool: &PgPool) -> usize {
    let visitors = lab.lane("visitors");
    let mut served = 0;
    for n in 1..=VISITORS {
        let visit = visitors.watch(&format!("visit {n}"), async {
            let mut db = A::borrow(pool).await?;
            query("select 1").execute(&mut *db).await
        });
        let visit = visit.limit("timeout", knobs.patience).quiet();
        let answer = timeout(knobs.patience, visit).await;
        served += usize::from(matches!(answer, Ok(Ok(_))));
        gauge(lab, pool);
    }
    look(lab, pool);
    served
}
// ANCHOR_END: slow

/// Takes a connection at once, and its time to put it through.
async fn slow_link(server: SocketAddr, takes: Duration) -> io::Result<Peer> {
    Peer::start(move |mut client, _| async move {
        sleep(takes).await;
        if let Ok(mut server) = TcpStream::connect(server).await {
            // Either end may go without a word: this is no server, and has nothing to say of it.
            drop(copy_bidirectional(&mut client, &mut server).await);
        }
    })
    .await
}

fn address(options: &PgConnectOptions) -> Result<SocketAddr> {
    let found = (options.get_host(), options.get_port()).to_socket_addrs()?.next();
    Ok(found.ok_or_else(|| io::Error::other("the database has no address"))?)
}

fn main() -> ExitCode {
    Manifest {
        title: "The network is well again, and the service is not",
        crates: &["sqlx", "PostgreSQL"],
        article: &["2.1", "3.2"],
        clock: Clock::Real,
        needs: &[Need::Postgres],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: again, borrow_only, lifetimes, release_only, server_limit],
    )
}
