//! Two PostgreSQL servers: a primary behind a tap, and its standby, which follows it past the tap.

use crate::{
    conn::Conn,
    db::{Db, connect},
};
use labkit::{
    postgres,
    prelude::*,
    witness::{Side, Tap},
};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::TcpStream;
use tokio_postgres::Config;
use tokio_util::task::AbortOnDropHandle;

/// How long may pass between two looks at a server that is to come, or to go.
const LOOK: Duration = ms(5);

pub(crate) struct Real {
    primary: Arc<Db>,
    probed: Arc<Db>,
    branch: Arc<Db>,
    replica: Arc<Db>,
    /// Asks the standby how many rows it has, again and again.
    _census: AbortOnDropHandle<Result>,
    tap: Tap,
    address: SocketAddr,
    pair: postgres::Pair,
}

impl Real {
    pub(crate) async fn open(lab: &Lab, keep_alive: Option<Duration>) -> Result<Self> {
        let pair = postgres::pair().await?;
        let (primary, standby) = (pair.primary().parse()?, pair.standby().parse()?);
        let branch = connect(primary, None).await?;
        let replica = connect(standby, None).await?;
        prepare(&branch, &replica).await?;
        let address = address(pair.primary())?;
        let tap = Tap::relay(address, told(lab.lane("wire"))).await?;
        let tapped = pair.primary().replacen(&address.to_string(), &tap.addr().to_string(), 1);
        let tapped: Config = tapped.parse()?;
        Ok(Self {
            primary: connect(tapped.clone(), keep_alive).await?,
            probed: connect(tapped, None).await?,
            _census: AbortOnDropHandle::new(tokio::spawn(census(
                replica.clone(),
                lab.lane("bank"),
            ))),
            branch,
            replica,
            tap,
            address,
            pair,
        })
    }

    pub(crate) fn tap(&self) -> &Tap {
        &self.tap
    }

    pub(crate) fn primary(&self) -> Conn {
        Conn::Postgres(self.primary.clone())
    }

    /// To the primary through the tap, for the probe alone: PostgreSQL answers one after the other.
    pub(crate) fn probed(&self) -> Conn {
        Conn::Postgres(self.probed.clone())
    }

    pub(crate) fn replica(&self) -> Conn {
        Conn::Postgres(self.replica.clone())
    }

    /// To the primary, and not through the tap.
    pub(crate) fn branch(&self) -> Conn {
        Conn::Postgres(self.branch.clone())
    }

    pub(crate) async fn version(&self) -> Result<String> {
        let version = self.branch.one("show server_version").await?;
        // Who packaged it is of no interest.
        Ok(version.split(' ').next().unwrap_or_default().to_owned())
    }

    /// Pulls the plug of the primary. Returns when nothing listens there any more.
    pub(crate) async fn fence(&self) -> Result {
        self.pair.end_primary()?;
        while TcpStream::connect(self.address).await.is_ok() {
            sleep(LOOK).await;
        }
        Ok(())
    }

    /// Returns when the standby takes writes.
    pub(crate) async fn promote(&self) -> Result {
        let promoted = self.replica.one("select pg_promote()").await?;
        anyhow::ensure!(promoted == "t", "the standby was not promoted in a minute");
        Ok(())
    }

    /// Rows at the standby.
    pub(crate) async fn payments(&self) -> Result<usize> {
        self.replica.payments().await
    }
}

/// Makes the book. Returns when the standby has it: so it does follow.
async fn prepare(primary: &Db, standby: &Db) -> Result {
    primary.one("create table payment (key integer primary key)").await?;
    while standby.one("select to_regclass('payment') is not null").await? != "t" {
        sleep(LOOK).await;
    }
    let following = "select count(*) from pg_stat_replication where state = 'streaming'";
    anyhow::ensure!(primary.one(following).await? == "1", "the standby does not stream");
    Ok(())
}

fn address(url: &str) -> Result<SocketAddr> {
    let found = url.split(['@', '/']).find_map(|part| part.parse().ok());
    found.ok_or_else(|| anyhow::anyhow!("no address in the URL of the primary"))
}

/// What the tap sees: PostgreSQL's messages, by their first letters.
fn told(wire: Lane) -> impl Fn(Side, &[u8]) + Send + Sync {
    move |side, bytes| match (side, bytes.first()) {
        (Side::Client, Some(b'Q')) => wire.mark(format!("→ query, {} bytes", bytes.len())),
        (Side::Server, Some(b'T' | b'C')) => wire.mark(format!("← answer, {} bytes", bytes.len())),
        _ => {}
    }
}

async fn census(standby: Arc<Db>, bank: Lane) -> Result {
    let mut last = 0;
    loop {
        let payments = standby.payments().await?;
        if payments != last {
            bank.gauge("payments", payments, "");
            last = payments;
        }
        sleep(LOOK).await;
    }
}
