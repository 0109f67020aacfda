//! A PostgreSQL for a lab, wherever one can be had.

use crate::Unavailable;
use labkit_postgres::{Cluster, HOW_TO_INSTALL, KEEPER_ARG};
use labkit_wire::POSTGRES_ENV;
use std::{env, process::Command};

/// A server to connect to. Keep it for the run: dropping it ends a server that was started for it.
pub struct Server {
    pub url: String,
    /// Where it came from, for people: `DATABASE_URL`, or `a temporary server`.
    pub origin: &'static str,
    _cluster: Option<Cluster>,
}

/// `DATABASE_URL` where it names a PostgreSQL; else the one whoever runs the labs keeps; else a temporary one, started from the
/// binaries on this machine (1 to 3 s) and ended with the run.
pub async fn server() -> crate::Result<Server> {
    if let Some(url) = env::var("DATABASE_URL").ok().filter(|url| url.starts_with("postgres")) {
        return Ok(Server { url, origin: "DATABASE_URL", _cluster: None });
    }
    if let Ok(url) = env::var(POSTGRES_ENV) {
        return Ok(Server { url, origin: "a temporary server", _cluster: None });
    }
    let mut keeper = Command::new(env::current_exe()?);
    keeper.arg(KEEPER_ARG);
    match tokio::task::spawn_blocking(|| Cluster::start(keeper)).await? {
        Ok(cluster) => Ok(Server {
            url: cluster.url().to_owned(),
            origin: "a temporary server",
            _cluster: Some(cluster),
        }),
        Err(why) => {
            Err(Unavailable { what: why.to_string(), how: HOW_TO_INSTALL.to_owned() }.into())
        }
    }
}

/// Whether [`server`] will start one, which takes a second or more and should be announced.
pub fn must_be_started() -> bool {
    is_likely() && env::var_os(POSTGRES_ENV).is_none() && !is_named()
}

fn is_named() -> bool {
    env::var("DATABASE_URL").is_ok_and(|url| url.starts_with("postgres"))
}

/// Whether [`server`] has somewhere to look at all. Quick, and starts nothing.
pub fn is_likely() -> bool {
    is_named() || env::var_os(POSTGRES_ENV).is_some() || labkit_postgres::find().is_some()
}
