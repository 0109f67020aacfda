//! A PostgreSQL for a lab, wherever one can be had.

mod door;
mod session;

pub use labkit_postgres::Pair;

use crate::{Lab, Unavailable};
use door::{Door, Way};
use labkit_postgres::{Cluster, Error, KEEPER_ARG};
use labkit_wire::{NO_POSTGRES_ENV, POSTGRES_ENV, POSTGRES_ORIGIN_ENV};
use std::{env, process::Command};

const TEMPORARY: &str = "a temporary server";

/// A server to connect to. Keep it for the run: dropping it ends a server that was started for it.
pub struct Server {
    /// Of a database in which a lab may do what it likes. Other runs may use the same one at the same time.
    pub url: String,
    /// Whose it is, for people, such as `a temporary server`.
    pub origin: String,
    /// The way that `url` leads by. It goes before the server does.
    door: Option<Door>,
    _cluster: Option<Cluster>,
}

impl Server {
    async fn by_a_door(
        lab: &Lab,
        url: String,
        origin: String,
        cluster: Option<Cluster>,
    ) -> crate::Result<Self> {
        let way = Way::read(&url);
        let door = match &way {
            Some(way) => Some(Door::open(lab, way.to).await?),
            None => None,
        };
        let by = way.zip(door.as_ref()).map(|(way, door)| way.by(door.addr()));
        Ok(Self { url: by.unwrap_or(url), origin, door, _cluster: cluster })
    }

    /// The lab itself ends the sessions of that name (`application_name`) that are there now.
    pub fn will_end(&self, name: &str) {
        self.door.iter().for_each(|door| door.will_end(name));
    }

    /// The lab has seen what it wanted. Whatever session ends from here on, it is no matter.
    pub fn let_go(&self) {
        self.door.iter().for_each(Door::let_go);
    }
}

/// The one whoever runs the labs lends (with `DATABASE_URL`, a database of its own on the reader's server); else a temporary one,
/// started from the binaries on this machine (1 to 3 s) and ended with the run. A lab never looks at `DATABASE_URL` itself: that
/// may name something real, and a lab that is killed cannot tidy up.
///
/// A run in which somebody else ends a session there has no verdict: see [`Lab::disturbed`].
pub async fn server(lab: &Lab) -> crate::Result<Server> {
    if let Ok(url) = env::var(POSTGRES_ENV) {
        let origin = env::var(POSTGRES_ORIGIN_ENV).unwrap_or_else(|_| TEMPORARY.to_owned());
        return Server::by_a_door(lab, url, origin, None).await;
    }
    if let Ok(why) = env::var(NO_POSTGRES_ENV) {
        let (what, how) = why.split_once('\n').unwrap_or((&why, "run it again"));
        return Err(Unavailable { what: what.to_owned(), how: how.to_owned() }.into());
    }
    let cluster = started(Cluster::start).await?;
    let url = cluster.url().to_owned();
    Server::by_a_door(lab, url, TEMPORARY.to_owned(), Some(cluster)).await
}

/// A primary and a standby of this run's own, started from the binaries on this machine (1 to 3 s) and ended with the run. None is
/// ever lent: a failover leaves nothing that another run could use.
pub async fn pair() -> crate::Result<Pair> {
    started(Pair::start).await
}

/// Whether [`pair`] has something to start. Quick, and starts nothing.
pub fn is_here() -> bool {
    labkit_postgres::find().is_some()
}

/// What the keeper looks after: it is this same program.
async fn started<T: Send + 'static>(
    start: impl FnOnce(Command) -> Result<T, Error> + Send + 'static,
) -> crate::Result<T> {
    let mut keeper = Command::new(env::current_exe()?);
    keeper.arg(KEEPER_ARG);
    let started = tokio::task::spawn_blocking(|| start(keeper)).await?;
    started.map_err(|why| Unavailable { how: why.how().to_owned(), what: why.to_string() }.into())
}

/// Whether [`server`] will start one, which takes a second or more and should be announced.
pub fn must_be_started() -> bool {
    is_here() && !is_told()
}

/// Whether [`server`] has somewhere to look at all. Quick, and starts nothing.
pub fn is_likely() -> bool {
    is_told() || is_here()
}

/// Whether whoever runs the lab said where one is, or why there is none.
fn is_told() -> bool {
    [POSTGRES_ENV, NO_POSTGRES_ENV].iter().any(|name| env::var_os(name).is_some())
}
