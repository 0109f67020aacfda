use super::lent::{Lent, Missing};
use labkit_postgres::{Cluster, KEEPER_ARG};
use parking_lot::Mutex;
use std::{
    net::SocketAddr,
    process::Command,
    sync::Arc,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, sync::watch, task::spawn_blocking, time::timeout};
use tracing::{info, warn};

/// After a start that failed the next is tried only when this has passed: what was missing may be there by then.
const RETRY: Duration = Duration::from_secs(10);
/// How long its end is waited for; after that it ends by itself.
const GOODBYE: Duration = Duration::from_secs(1);

/// One server for all runs. It is started when it is first asked for, and again when it has died; dropped, it ends.
#[derive(Debug, Clone)]
pub struct Temporary(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    state: watch::Sender<State>,
    /// While it is up, and then until it is found to be down.
    cluster: Mutex<Option<Cluster>>,
}

#[derive(Debug, Clone)]
enum State {
    Idle,
    Starting,
    Up(String),
    Failed(Missing, Instant),
    /// The program stops; nothing is started any more.
    Ended,
}

impl Temporary {
    pub fn new() -> Self {
        let state = watch::Sender::new(State::Idle);
        Self(Arc::new(Shared { state, cluster: Mutex::default() }))
    }

    /// Starts it where it is not up, without waiting. Must be called within a runtime.
    pub fn start(&self) {
        if self.0.must_start() {
            let shared = self.0.clone();
            // Nobody waits for it but through the state: one that is still starting ends when this program does.
            drop(spawn_blocking(move || shared.start()));
        }
    }

    /// Its address, as soon as it is up, or why there is none. Cancel-safe.
    pub async fn lend(&self) -> Lent {
        match self.settled().await {
            // Found out only now, when it has just died.
            Ok(url) if !is_listened_at(&url).await => {
                self.0.has_died(&url);
                self.settled().await
            }
            lent => lent,
        }
    }

    async fn settled(&self) -> Lent {
        self.start();
        let mut state = self.0.state.subscribe();
        let settled = |state: &State| !matches!(state, State::Idle | State::Starting);
        match state.wait_for(settled).await.as_deref() {
            Ok(State::Up(url)) => Ok(url.clone()),
            Ok(State::Failed(why, _)) => Err(why.clone()),
            _ => Err(Missing::closing()),
        }
    }

    /// Ends it, and waits a little.
    pub async fn end(&self) {
        self.0.state.send_replace(State::Ended);
        let Some(cluster) = self.0.cluster.lock().take() else { return };
        if timeout(GOODBYE, spawn_blocking(move || drop(cluster))).await.is_err() {
            warn!("PostgreSQL takes long to end; its keeper sees to it");
        }
    }
}

impl Shared {
    /// Whether it is to be started now; whoever is told so must do it.
    fn must_start(&self) -> bool {
        let down = |cluster: &mut Option<Cluster>| !cluster.as_mut().is_some_and(Cluster::is_up);
        self.state.send_if_modified(|state| {
            let start = match state {
                State::Idle => true,
                State::Starting | State::Ended => false,
                State::Failed(_, at) => at.elapsed() > RETRY,
                State::Up(_) => down(&mut self.cluster.lock()),
            };
            if start {
                *state = State::Starting;
            }
            start
        })
    }

    fn has_died(&self, at: &str) {
        self.state.send_if_modified(|state| {
            let it = matches!(state, State::Up(url) if url == at);
            if it {
                *state = State::Idle;
            }
            it
        });
    }

    /// Takes a second or three.
    fn start(&self) {
        // What is left of the last one.
        drop(self.cluster.lock().take());
        let mut keeper = Command::new(crate::keeper::own_program());
        keeper.arg(KEEPER_ARG);
        let state = match Cluster::start(keeper) {
            Ok(cluster) => {
                info!("PostgreSQL is up");
                let url = cluster.url().to_owned();
                *self.cluster.lock() = Some(cluster);
                State::Up(url)
            }
            Err(why) => {
                warn!(%why, "PostgreSQL did not start, so labs do without it");
                let missing = Missing { what: why.to_string(), how: why.how().to_owned() };
                State::Failed(missing, Instant::now())
            }
        };
        let ended = !self.state.send_if_modified(|now| {
            let goes_on = !matches!(now, State::Ended);
            if goes_on {
                *now = state;
            }
            goes_on
        });
        if ended {
            drop(self.cluster.lock().take());
        }
    }
}

/// Whether a connection to the server at that address is taken.
async fn is_listened_at(url: &str) -> bool {
    let Some(addr) = url.split(['@', '/']).find_map(|part| part.parse::<SocketAddr>().ok()) else {
        return false;
    };
    // One that is busy answers late; only a refusal is an answer here.
    !matches!(timeout(GOODBYE, TcpStream::connect(addr)).await, Ok(Err(_)))
}
