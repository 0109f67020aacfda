//! One PostgreSQL for as long as the program runs, for the labs that use one.

use crate::catalog::Catalog;
use labkit_postgres::{Cluster, HOW_TO_INSTALL, KEEPER_ARG, find};
use labkit_wire::Need;
use std::{
    ffi::OsStr,
    process::{Command, ExitCode},
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    sync::watch,
    task::{JoinHandle, spawn_blocking},
};
use tracing::{info, warn};

/// The keeper of a PostgreSQL is this same program, too.
pub fn keeper_main(first: &OsStr) -> Option<ExitCode> {
    (first == KEEPER_ARG).then(labkit_postgres::keeper_main)
}

/// What to say where there is no PostgreSQL on this machine.
pub fn missing() -> Option<String> {
    find().is_none().then(|| HOW_TO_INSTALL.to_owned())
}

/// Where labs find PostgreSQL, if there is one. It is started when first asked for; dropped, it ends.
#[derive(Debug, Clone, Default)]
pub struct Postgres(Option<Arc<Shared>>);

#[derive(Debug)]
struct Shared {
    state: watch::Sender<State>,
    cluster: Mutex<Option<Cluster>>,
    starting: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug, Clone)]
enum State {
    Starting,
    Ready(String),
    Absent,
}

impl Postgres {
    /// One that starts when it is needed, if a lab uses it and this machine has it.
    pub fn for_labs(catalog: &Catalog) -> Self {
        let wanted = catalog.needs(Need::Postgres) && find().is_some();
        Self(wanted.then(|| {
            Arc::new(Shared {
                state: watch::Sender::new(State::Starting),
                cluster: Mutex::default(),
                starting: Mutex::default(),
            })
        }))
    }

    /// Starts it, without waiting. Must be called within a runtime.
    pub fn start(&self) {
        let Some(shared) = &self.0 else { return };
        let mut starting = shared.starting.lock().unwrap_or_else(PoisonError::into_inner);
        if starting.is_none() {
            let shared = shared.clone();
            *starting = Some(spawn_blocking(move || shared.start()));
        }
    }

    /// Its address, as soon as it is up. None where there is none. Cancel-safe.
    pub async fn url(&self) -> Option<String> {
        self.start();
        let mut state = self.0.as_ref()?.state.subscribe();
        let ready = state.wait_for(|state| !matches!(state, State::Starting)).await.ok()?.clone();
        match ready {
            State::Ready(url) => Some(url),
            State::Starting | State::Absent => None,
        }
    }

    /// Ends it. One that is still starting ends when this program does.
    pub async fn end(&self) {
        let Some(shared) = self.0.clone() else { return };
        let cluster = shared.cluster.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(cluster) = cluster
            && spawn_blocking(move || drop(cluster)).await.is_err()
        {
            warn!("PostgreSQL did not end in good order");
        }
    }
}

impl Shared {
    /// Takes a second or three.
    fn start(&self) {
        let mut keeper = Command::new(crate::keeper::own_program());
        keeper.arg(KEEPER_ARG);
        let state = match Cluster::start(keeper) {
            Ok(cluster) => {
                info!("PostgreSQL is up");
                let url = cluster.url().to_owned();
                *self.cluster.lock().unwrap_or_else(PoisonError::into_inner) = Some(cluster);
                State::Ready(url)
            }
            Err(why) => {
                warn!(%why, "PostgreSQL did not start, so labs do without it");
                State::Absent
            }
        };
        self.state.send_replace(state);
    }
}
