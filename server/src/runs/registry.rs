use super::{
    Counts, Environment, Limits, Run, Workshop,
    drive::{self, Errand},
    means::Means,
    queue::Queue,
    run::{Phase, unwatched},
};
use crate::{
    catalog::{Catalog, Job, MINE, Unfit},
    keeper::Spares,
};
use labkit_wire::Value;
use parking_lot::{Mutex, MutexGuard};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, atomic::Ordering::Relaxed},
};
use still_running_protocol::Reason;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info};

/// All runs, from the first byte of the request to the last viewer's leaving.
pub struct Runs {
    pub means: Means,
    /// What `/metrics` tells; each run adds to it.
    pub counts: Arc<Counts>,
    /// Who runs and who waits. A run's place in it is its ticket, and free again when that is dropped.
    queue: Arc<Queue>,
    /// What can be asked for by its id. Locked for moments, and never while a run's own lock is held.
    known: Mutex<Known>,
    /// One task a run; they are waited for in [`Runs::shut_down`].
    tasks: TaskTracker,
    /// Set first when the server stops: from then on nothing begins, and ended runs are not kept for latecomers.
    closing: CancellationToken,
}

#[derive(Default)]
struct Known {
    /// By id: queued, running, and ended ones that somebody may still ask for.
    runs: HashMap<String, Arc<Run>>,
    /// Ended ones, oldest first, with the bytes each keeps.
    ended: VecDeque<(String, usize)>,
    /// The sum of these, which a limit holds down.
    ended_bytes: usize,
}

/// How many runs there are.
#[derive(Debug, Default)]
pub struct Census {
    pub queued: usize,
    pub running: usize,
    pub ended: usize,
    /// Those who watch them.
    pub viewers: usize,
}

/// What a reader asks for.
#[derive(Debug)]
pub struct Request<'a> {
    pub lab: &'a str,
    pub variant: &'a str,
    pub knobs: BTreeMap<String, Value>,
    /// Whether this reader may build their own variant.
    pub may_build: bool,
    /// Who asks: people take turns.
    pub who: &'a str,
}

/// Why a run was not started. Its text is meant for the reader.
#[derive(Debug, thiserror::Error)]
pub enum NotStarted {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error(
        "Your own variant is built and run only on your own machine, from a checkout. \
         Clone the project and start it with `cargo xtask serve`."
    )]
    NotHere,
    #[error("{0} runs are waiting already. Try again in a minute.")]
    Full(usize),
    #[error("The server is stopping. Start it again, then run this again.")]
    Closing,
}

impl Runs {
    /// Must be called within a runtime.
    pub fn new(
        catalog: Catalog,
        limits: Limits,
        environment: Environment,
        workshop: Option<Workshop>,
    ) -> Arc<Self> {
        Arc::new(Self {
            queue: Queue::new(limits.running, limits.waiting),
            means: Means {
                catalog,
                limits,
                environment: Arc::new(environment),
                workshop,
                spares: Spares::new(),
            },
            counts: Arc::default(),
            known: Mutex::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        })
    }

    /// Where readers' own variants are built, for who may build here.
    pub fn workshop(&self) -> Option<&Workshop> {
        self.means.workshop.as_ref()
    }

    /// Whether there is a checkout to build readers' own variants in.
    pub fn can_build(&self) -> bool {
        self.means.workshop.is_some()
    }

    /// Starts a run, or puts it in the queue.
    pub fn start(self: &Arc<Self>, request: Request<'_>) -> Result<Arc<Run>, NotStarted> {
        self.send(Errand::Run, request)
    }

    /// Starts a check of the reader's own variant.
    pub fn check(
        self: &Arc<Self>,
        lab: &str,
        may_build: bool,
        who: &str,
    ) -> Result<Arc<Run>, NotStarted> {
        let knobs = BTreeMap::new();
        self.send(Errand::Check, Request { lab, variant: MINE, knobs, may_build, who })
    }

    fn send(
        self: &Arc<Self>,
        errand: Errand,
        request: Request<'_>,
    ) -> Result<Arc<Run>, NotStarted> {
        let job = self.means.catalog.choose(request.lab, request.variant, &request.knobs)?;
        if job.variant == MINE && !(request.may_build && self.can_build()) {
            return Err(NotStarted::NotHere);
        }
        if self.closing.is_cancelled() {
            return Err(NotStarted::Closing);
        }
        let mut ticket =
            self.queue.enter(request.who).ok_or(NotStarted::Full(self.means.limits.waiting))?;
        let run = Arc::new(Run::new(new_id(), &job, &self.means.limits, self.counts.clone()));
        if let Err(place) = ticket.go() {
            run.set_phase(Phase::Queued(ticket.wait(place)));
        }
        self.lock().runs.insert(run.id.clone(), run.clone());
        if self.closing.is_cancelled() {
            // The round that ends all runs may have missed it.
            run.end(Reason::ServerStopping);
        }
        self.counts.started.fetch_add(1, Relaxed);
        let span = run.span.clone();
        span.in_scope(|| info!("asked for"));
        self.tasks
            .spawn(self.clone().see_through(run.clone(), errand, job, ticket).instrument(span));
        Ok(run)
    }

    pub fn get(&self, id: &str) -> Option<Arc<Run>> {
        self.lock().runs.get(id).cloned()
    }

    /// How many are queued, running, ended and not yet forgotten, and who watches them.
    pub fn census(&self) -> Census {
        let runs: Vec<_> = self.lock().runs.values().cloned().collect();
        let mut census = Census::default();
        for run in runs {
            let inner = run.lock();
            census.viewers += inner.pace.viewers();
            *match inner.phase {
                Phase::Queued(_) => &mut census.queued,
                Phase::Running => &mut census.running,
                Phase::Ended(_) => &mut census.ended,
            } += 1;
        }
        census
    }

    /// Ends those that wait or go, whoever's they are; gives how many.
    pub fn end_all(&self, reason: Reason) -> usize {
        let all: Vec<_> = self.lock().runs.values().cloned().collect();
        let going: Vec<_> = all.iter().filter(|run| !run.is_over()).collect();
        going.iter().for_each(|run| run.end(reason));
        going.len()
    }

    /// Ends all runs, tells their viewers why, and waits until no process is left.
    pub async fn shut_down(&self) {
        // First this, so that whoever is let in meanwhile either is among those ended below or sees it and ends itself.
        self.closing.cancel();
        let all: Vec<_> = self.lock().runs.values().cloned().collect();
        all.iter().for_each(|run| run.end(Reason::ServerStopping));
        // Held on to here, the output of each would stay in memory until the last has ended.
        drop(all);
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Ends the PostgreSQL that was started for runs; to be called when there are none any more.
    pub async fn end_postgres(&self) {
        self.means.environment.postgres.end().await;
    }

    /// One run's life: drive it, then keep what it printed until nobody asks any more.
    async fn see_through(
        self: Arc<Self>,
        run: Arc<Run>,
        errand: Errand,
        job: Job,
        ticket: super::queue::Ticket,
    ) {
        drive::drive(&self.means, &run, errand, job, ticket).await;
        let (id, viewers) = (run.id.clone(), run.viewers());
        self.retire(&run);
        // From here on only the registry and the viewers hold it, so that it can be forgotten early.
        drop(run);
        tokio::select! {
            () = unwatched(viewers, self.means.limits.unwatched) => {}
            () = self.closing.cancelled() => {}
        }
        self.forget(&id);
    }

    fn retire(&self, run: &Run) {
        let bytes = {
            let inner = run.lock();
            (inner.log.end() - inner.log.start()) as usize
        };
        let mut known = self.lock();
        known.ended.push_back((run.id.clone(), bytes));
        known.ended_bytes += bytes;
        while known.ended_bytes > self.means.limits.ended_bytes
            || known.ended.len() > self.means.limits.ended_runs
        {
            let Some((oldest, bytes)) = known.ended.pop_front() else { break };
            known.ended_bytes -= bytes;
            known.runs.remove(&oldest);
        }
    }

    fn forget(&self, id: &str) {
        let mut known = self.lock();
        known.runs.remove(id);
        if let Some(at) = known.ended.iter().position(|(ended, _)| ended == id) {
            let (_, bytes) = known.ended.remove(at).expect("it was found there");
            known.ended_bytes -= bytes;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock()
    }
}

/// Not to be guessed: whoever knows it may watch and stop the run.
fn new_id() -> String {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the system has random numbers");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
