//! The server, and what it has of a pool.

use crate::*;
use labkit::postgres;
use sqlx::{Connection, postgres::PgConnection};
use std::{io, net::ToSocketAddrs};
use tokio_postgres::{Config, config::Host};

/// The server, and a connection of its own to ask it what it does. Clones are the same.
#[derive(Clone)]
pub(crate) struct Server {
    server: Arc<postgres::Server>,
    url: String,
    witness: PgPool,
    /// What this run's sessions are called in `pg_stat_activity`, before the name of their way.
    run: String,
}

impl Server {
    pub(crate) async fn open(lab: &Lab) -> Result<Self> {
        let lane = lab.lane("database");
        if postgres::must_be_started() {
            lane.say("starting a temporary PostgreSQL, 1 to 3 s …");
        }
        let server = postgres::server(lab).await?;
        let url = server.url.clone();
        let mut first = PgConnection::connect(&url).await?;
        let (number, version): (i32, String) =
            sqlx::query_as("select pg_backend_pid(), current_setting('server_version')")
                .fetch_one(&mut first)
                .await?;
        first.close().await?;
        let witness = PgPoolOptions::new().max_connections(1).connect(&url).await?;
        lab.ready();
        lane.say(format!("PostgreSQL {version}, {}", server.origin));
        Ok(Self { server: Arc::new(server), url, witness, run: format!("run {number}") })
    }

    /// How sqlx connects, for one way.
    pub(crate) fn options(&self, way: &str) -> PgConnectOptions {
        let to: PgConnectOptions = self.url.parse().expect("it was connected to");
        to.application_name(&self.name(way))
    }

    /// How tokio-postgres connects, for one way.
    pub(crate) fn config(&self, way: &str) -> Result<Config> {
        let mut config: Config = self.url.parse()?;
        config.application_name(self.name(way));
        Ok(config)
    }

    /// Where a cancel request goes.
    pub(crate) fn address(&self) -> Result<SocketAddr> {
        let config: Config = self.url.parse()?;
        let port = config.get_ports().first().copied().unwrap_or(5432);
        let found = match config.get_hosts().first() {
            Some(Host::Tcp(host)) => (host.as_str(), port).to_socket_addrs()?.next(),
            _ => None,
        };
        Ok(found.ok_or_else(|| io::Error::other("the database has no address"))?)
    }

    /// `pg_stat_activity` cuts a name after 63 bytes, and knows ASCII only.
    fn name(&self, way: &str) -> String {
        format!("{} {}", self.run, way.replace('…', "..."))
    }

    /// How many sessions the server has of this way, and how many of them are at work.
    pub(crate) async fn look(&self, way: &str) -> sqlx::Result<(usize, usize)> {
        let sql = "select count(*), count(*) filter (where state = 'active')
            from pg_stat_activity where application_name = $1";
        let seen = sqlx::query_as(sql).bind(self.name(way)).fetch_one(&self.witness).await?;
        let (open, active): (i64, i64) = seen;
        let count = |n| usize::try_from(n).expect("a count is not negative");
        Ok((count(open), count(active)))
    }

    /// Tells the timeline what the server has of one way, for as long as it is awaited.
    pub(crate) fn census(&self, lab: &Lab, way: &'static str) -> impl Future<Output = ()> + use<> {
        let (lane, server, mut last) = (lab.lane(way), self.clone(), None);
        async move {
            while let Ok((open, active)) = server.look(way).await {
                if last.replace((open, active)) != Some((open, active)) {
                    lane.gauge("sessions at work", active, "");
                    lane.gauge("sessions idle", open - active, "");
                }
                sleep(ms(20)).await;
            }
        }
    }

    /// Leaves nothing behind on a server that others use too.
    pub(crate) async fn end(&self) -> sqlx::Result<()> {
        self.server.let_go();
        let sql =
            "select pg_terminate_backend(pid) from pg_stat_activity where application_name like $1";
        sqlx::query(sql).bind(format!("{} %", self.run)).execute(&self.witness).await?;
        Ok(())
    }
}
