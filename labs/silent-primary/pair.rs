//! The pair as the app has it: two clients, a probe of the primary, and what can be done about one that is silent.

use crate::{
    Case, Knobs, Runbook, Seen, Step,
    client::{Client, Failover},
    conn::{Conn, Key, Outcome},
    servers::Servers,
};
use labkit::{prelude::*, witness::Side};
use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering::SeqCst},
};
use tokio_util::task::AbortOnDropHandle;

pub(crate) struct Pair {
    pub(crate) primary: Client,
    pub(crate) replica: Client,
    lab: Lab,
    servers: Arc<Servers>,
    failed_probes: Arc<AtomicU32>,
    _probe: AbortOnDropHandle<()>,
}

impl Pair {
    pub(crate) async fn open(
        lab: &Lab,
        knobs: Knobs,
        keep_alive: Option<Duration>,
    ) -> Result<Self> {
        lab.lanes(&["app", "wire", "probe", "bank", "runbook", "operator", "branch"]);
        let servers = Arc::new(Servers::open(lab, knobs, keep_alive).await?);
        let failed_probes = Arc::new(AtomicU32::new(0));
        let client = |name, conn| Client {
            lab: lab.clone(),
            name,
            conn,
            failed_probes: failed_probes.clone(),
            failover: None,
        };
        let failover = Failover::new(lab.lane("operator"), servers.clone(), knobs.calls);
        let failover = (knobs.case == Case::Replay).then_some(failover);
        lab.ready();
        let probe = probe(lab.lane("probe"), servers.probed(), failed_probes.clone());
        Ok(Self {
            primary: client("primary", servers.primary()),
            replica: Client { failover, ..client("replica", servers.replica()) },
            lab: lab.clone(),
            servers,
            failed_probes,
            _probe: AbortOnDropHandle::new(tokio::spawn(probe)),
        })
    }

    fn lane(&self, name: &str) -> Lane {
        self.lab.lane(name)
    }

    /// Nothing goes to the primary, and nothing comes. It is as if a switch had died: no connection is closed.
    pub(crate) fn falls_silent(&self) {
        self.lane("wire").say("the primary is silent; its connections stay open");
        self.servers.tap().hold(Side::Client);
        self.servers.tap().hold(Side::Server);
    }

    pub(crate) fn answers_are_lost(&self) {
        self.lane("wire").say("what the primary says is lost; what it is told arrives");
        self.servers.tap().hold(Side::Server);
    }

    /// What the app asked for; says whether it came.
    pub(crate) async fn app(&self, call: impl Future<Output = Outcome>) -> bool {
        let answer = call.await;
        self.lane("app").say(match &answer {
            Ok(answer) => format!("is answered: {answer}"),
            Err(why) => format!("is not answered: {why}"),
        });
        answer.is_ok()
    }

    /// How many are in the bank's book in the end.
    pub(crate) async fn payments(&self) -> Result<usize> {
        let payments = self.servers.payments().await?;
        self.lane("bank").gauge("payments", payments, "");
        Ok(payments)
    }

    /// Whether the old primary takes a payment of somebody whose way to it is another.
    pub(crate) async fn branch_writes(&self) -> bool {
        let branch = self.lane("branch");
        let write = branch.watch("a write", self.servers.branch().pay(Key::new())).await;
        branch.say(match &write {
            Ok(_) => "has written to the old primary".to_owned(),
            Err(why) => format!("is refused by the old primary: {why}"),
        });
        write.is_ok()
    }

    /// Whether the new primary takes one of ours.
    pub(crate) async fn app_writes(&self) -> bool {
        self.app(self.servers.replica().pay(Key::new())).await
    }

    /// Does what the runbook says, until the replica is the primary.
    pub(crate) async fn follow<A: Runbook>(&self, human: Duration) -> Result {
        let (lane, mut seen) = (self.lane("runbook"), Seen::default());
        loop {
            seen.failed_probes = self.failed_probes.load(SeqCst);
            match A::next(&seen) {
                Step::Watch => sleep(ms(5)).await,
                Step::AskSomebodyToFence => {
                    lane.say("stops, and asks somebody to fence the old primary");
                    sleep(human).await;
                    self.servers.fence().await?;
                    self.lane("operator").say("has fenced the old primary: it takes no writes");
                    seen.is_fenced = true;
                }
                Step::Promote => {
                    lane.say(format!("promotes the replica, after {} probes", seen.failed_probes));
                    self.lab.cancelled();
                    return self.servers.promote().await;
                }
            }
        }
    }
}

/// Asks the primary again and again, and remembers how often in a row there was no answer.
async fn probe(lane: Lane, primary: Conn, failed: Arc<AtomicU32>) {
    loop {
        match timeout(ms(100), primary.read()).await {
            Ok(Ok(_)) => failed.store(0, SeqCst),
            _ => lane.gauge("probes without an answer", one_more(&failed), ""),
        }
        sleep(ms(40)).await;
    }
}

fn one_more(failed: &AtomicU32) -> usize {
    failed.fetch_add(1, SeqCst) as usize + 1
}
