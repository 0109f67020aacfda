use super::{
    Counts, Environment, Limits, Run, Workshop, drive,
    queue::Queue,
    run::{Phase, unwatched},
};
use crate::{
    catalog::{Catalog, Job, MINE, Unfit},
    keeper::Spares,
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering::Relaxed},
};
use still_running_protocol::Reason;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tracing::{Instrument, info};

/// All runs, from the first byte of the request to the last viewer's leaving.
pub struct Runs {
    pub catalog: Catalog,
    pub limits: Limits,
    pub counts: Arc<Counts>,
    pub(super) environment: Environment,
    pub(super) workshop: Option<Workshop>,
    pub(super) spares: Spares,
    queue: Arc<Queue>,
    known: Mutex<Known>,
    /// One task a run; they are waited for in [`Runs::shut_down`].
    tasks: TaskTracker,
    closing: CancellationToken,
}

#[derive(Default)]
struct Known {
    runs: HashMap<String, Arc<Run>>,
    /// Ended ones, oldest first, with the bytes each keeps.
    ended: VecDeque<(String, usize)>,
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
    pub knobs: BTreeMap<String, String>,
    /// Whether this reader may build their own variant.
    pub may_build: bool,
}

/// Why a run was not started. Its text is meant for the reader.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
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
            catalog,
            limits,
            counts: Arc::default(),
            environment,
            workshop,
            spares: Spares::new(),
            known: Mutex::default(),
            tasks: TaskTracker::new(),
            closing: CancellationToken::new(),
        })
    }

    /// Whether there is a checkout to build readers' own variants in.
    pub fn can_build(&self) -> bool {
        self.workshop.is_some()
    }

    /// Starts a run, or puts it in the queue.
    pub fn start(self: &Arc<Self>, request: Request<'_>) -> Result<Arc<Run>, Refused> {
        let job = self.catalog.choose(request.lab, request.variant, &request.knobs)?;
        if job.variant == MINE && !(request.may_build && self.can_build()) {
            return Err(Refused::NotHere);
        }
        if self.closing.is_cancelled() {
            return Err(Refused::Closing);
        }
        let mut ticket = self.queue.enter().ok_or(Refused::Full(self.limits.waiting))?;
        let run = Arc::new(Run::new(new_id(), &job, &self.limits, self.counts.clone()));
        if let Err(place) = ticket.go() {
            run.set_phase(Phase::Queued(place));
        }
        self.lock().runs.insert(run.id.clone(), run.clone());
        if self.closing.is_cancelled() {
            // The round that ends all runs may have missed it.
            run.end(Reason::ServerStopping);
        }
        self.counts.started.fetch_add(1, Relaxed);
        let span = run.span.clone();
        span.in_scope(|| info!("asked for"));
        self.tasks.spawn(self.clone().see_through(run.clone(), job, ticket).instrument(span));
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

    /// Ends all runs, tells their viewers why, and waits until no process is left.
    pub async fn shut_down(&self) {
        self.closing.cancel();
        let all: Vec<_> = self.lock().runs.values().cloned().collect();
        all.iter().for_each(|run| run.end(Reason::ServerStopping));
        drop(all);
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// One run's life: drive it, then keep what it printed until nobody asks any more.
    async fn see_through(self: Arc<Self>, run: Arc<Run>, job: Job, ticket: super::queue::Ticket) {
        drive::drive(&self, &run, job, ticket).await;
        let (id, viewers) = (run.id.clone(), run.viewers());
        self.retire(&run);
        // From here on only the registry and the viewers hold it, so that it can be forgotten early.
        drop(run);
        tokio::select! {
            () = unwatched(viewers, self.limits.unwatched) => {}
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
        while known.ended_bytes > self.limits.ended_bytes
            || known.ended.len() > self.limits.ended_runs
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
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Not to be guessed: whoever knows it may watch and stop the run.
fn new_id() -> String {
    let mut random = [0; 16];
    getrandom::fill(&mut random).expect("the system has random numbers");
    random.iter().map(|byte| format!("{byte:02x}")).collect()
}
