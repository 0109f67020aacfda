//! The two servers, whichever they are.

use crate::{Knobs, Who, conn::Conn, real::Real, stand_ins::StandIns};
use labkit::{postgres, prelude::*, witness::Tap};

pub(crate) enum Servers {
    StandIns(Box<StandIns>),
    Postgres(Box<Real>),
}

impl Servers {
    pub(crate) async fn open(
        lab: &Lab,
        knobs: Knobs,
        keep_alive: Option<Duration>,
    ) -> Result<Self> {
        let lane = lab.lane("lab");
        let why = match knobs.pair {
            Who::StandIns => "they were asked for".to_owned(),
            Who::Auto if !postgres::is_here() => "no PostgreSQL was found".to_owned(),
            Who::Auto | Who::Postgres => {
                lane.say("starting two PostgreSQL servers, a primary and a standby, 1 to 3 s …");
                match Real::open(lab, keep_alive).await {
                    Err(why) if knobs.pair == Who::Auto && why.is::<Unavailable>() => {
                        why.to_string()
                    }
                    real => return Self::real(lab, &lane, real?).await,
                }
            }
        };
        lane.say(format!("stand-ins: two gRPC servers of ours before one bank, for {why}"));
        Ok(Self::StandIns(Box::new(StandIns::open(lab, keep_alive).await?)))
    }

    async fn real(lab: &Lab, lane: &Lane, real: Real) -> Result<Self> {
        let version = real.version().await?;
        // How long it took to start them is not part of the story.
        lab.ready();
        lane.say(format!("primary and standby: PostgreSQL {version}, streaming replication"));
        Ok(Self::Postgres(Box::new(real)))
    }

    pub(crate) fn tap(&self) -> &Tap {
        match self {
            Self::StandIns(servers) => servers.tap(),
            Self::Postgres(servers) => servers.tap(),
        }
    }

    /// What the app has to the primary, through the tap.
    pub(crate) fn primary(&self) -> Conn {
        match self {
            Self::StandIns(servers) => servers.primary(),
            Self::Postgres(servers) => servers.primary(),
        }
    }

    /// What the probe has.
    pub(crate) fn probed(&self) -> Conn {
        match self {
            Self::StandIns(servers) => servers.primary(),
            Self::Postgres(servers) => servers.probed(),
        }
    }

    pub(crate) fn replica(&self) -> Conn {
        match self {
            Self::StandIns(servers) => servers.replica(),
            Self::Postgres(servers) => servers.replica(),
        }
    }

    /// Another way to the primary, on which nothing is wrong.
    pub(crate) fn branch(&self) -> Conn {
        match self {
            Self::StandIns(servers) => servers.branch(),
            Self::Postgres(servers) => servers.branch(),
        }
    }

    /// From now on the primary takes no writes.
    pub(crate) async fn fence(&self) -> Result {
        match self {
            Self::StandIns(servers) => servers.fence(),
            Self::Postgres(servers) => servers.fence().await?,
        }
        Ok(())
    }

    /// From now on the replica takes writes.
    pub(crate) async fn promote(&self) -> Result {
        match self {
            Self::StandIns(servers) => servers.promote(),
            Self::Postgres(servers) => servers.promote().await?,
        }
        Ok(())
    }

    /// How many are in the bank's book, as the replica has it.
    pub(crate) async fn payments(&self) -> Result<usize> {
        match self {
            Self::StandIns(servers) => Ok(servers.payments()),
            Self::Postgres(servers) => servers.payments().await,
        }
    }
}
