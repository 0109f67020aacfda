//! The life of one run, from its place in the queue to the end of its last process.
//!
//! Five things can end a run: it exits, it is asked to, nobody watches, its time is over, it printed too much.
//! They race in one `select!`, without a loop around it, so that a branch that loses is dropped once and for
//! all; each of them is cancel-safe, and whatever was read from the lab is in the log by then. Then the
//! tree is cut, whoever won, and nothing goes on before it is gone.

use super::{Run, Runs, queue::Ticket, run::Phase, tap::Tap};
use crate::{
    catalog::{self, Job, MINE},
    keeper::{Order, Status, Tree},
};
use labkit_wire::Verdict;
use std::{path::PathBuf, time::Duration};
use still_running_protocol::{Exit, Reason};
use tokio::time::sleep;
use tracing::{info, warn};

/// How a program of a run ended.
struct Ended {
    status: Option<Status>,
    reason: Reason,
}

/// Sees a run through. When this returns, its processes are gone and its viewers will be told.
pub(super) async fn drive(runs: &Runs, run: &Run, job: Job, mut ticket: Ticket) {
    let over = Over(run);
    let exit = match wait_for_turn(run, &mut ticket).await {
        Ok(()) => live(runs, run, &job).await,
        Err(reason) => exit(Ended { status: None, reason }),
    };
    drop(ticket);
    info!(?exit, "ended");
    over.tell(exit);
}

async fn wait_for_turn(run: &Run, ticket: &mut Ticket) -> Result<(), Reason> {
    tokio::select! {
        () = ticket.turn(|place| run.set_phase(Phase::Queued(place))) => Ok(()),
        reason = run.ending.asked() => Err(reason),
        () = run.unwatched() => Err(Reason::ViewersGone),
    }
}

async fn live(runs: &Runs, run: &Run, job: &Job) -> Exit {
    let program = match job.variant.as_str() {
        MINE => match build(runs, run, job).await {
            Ok(program) => program,
            Err(failed) => return Exit { verdict: None, ..exit(failed) },
        },
        _ => job.lab.program.clone(),
    };
    let order = Order::new(program).args(catalog::args(&job.variant, &job.values));
    let order = tokio::select! {
        order = runs.environment.furnish(order, job) => order,
        reason = run.ending.asked() => return exit(Ended { status: None, reason }),
    };
    exit(execute(runs, run, &order, runs.limits.time).await)
}

/// Builds the reader's own variant; the compiler's output is the run's.
async fn build(runs: &Runs, run: &Run, job: &Job) -> Result<PathBuf, Ended> {
    let workshop = runs.workshop.as_ref().expect("it was asked before the run began");
    let slug = job.lab.slug();
    let _bench = tokio::select! {
        bench = workshop.bench() => bench,
        reason = run.ending.asked() => return Err(Ended { status: None, reason }),
        () = run.unwatched() => return Err(Ended { status: None, reason: Reason::ViewersGone }),
    };
    let ended = execute(runs, run, &workshop.build(slug), runs.limits.build).await;
    if ended.reason != Reason::Exited || ended.status != Some(Status::Code(0)) {
        return Err(ended);
    }
    workshop.keep(slug).map_err(|error| {
        run.say(&format!("what was built could not be put aside: {error}."));
        Ended { status: None, reason: Reason::Exited }
    })
}

/// Runs one program. When this returns, no process of it is left, and all it printed is in the log.
async fn execute(runs: &Runs, run: &Run, order: &Order, limit: Duration) -> Ended {
    // Boxed, for it is large, and only a moment of a run's life.
    let (mut tree, output) = match Box::pin(runs.spares.start(order)).await {
        Ok(started) => started,
        Err(error) => {
            warn!(%error, "not started");
            run.say(&format!("{error}."));
            return Ended { status: None, reason: Reason::Exited };
        }
    };
    run.begin();
    let printed = run.lock().log.end();
    let mut tap = Tap::new(run, output, runs.limits.output.saturating_sub(printed));
    let reason = tokio::select! {
        () = tree.exited() => Reason::Exited,
        reason = run.ending.asked() => reason,
        () = run.unwatched() => Reason::ViewersGone,
        () = sleep(limit) => Reason::TimeLimit,
        () = tap.flow() => Reason::OutputLimit,
    };
    tree.cut();
    let status = tree.gone().await;
    tap.drain().await;
    explain(run, &tree, status);
    Ended { status, reason }
}

fn explain(run: &Run, tree: &Tree, status: Option<Status>) {
    if tree.stormed() {
        run.say(&format!(
            "this run had more than {} processes at a time, so it was ended.",
            crate::keeper::PROCESSES
        ));
    }
    if status.is_none() {
        run.say("the process that looks after this run was killed, so its end is not known.");
    }
}

fn exit(ended: Ended) -> Exit {
    let code = ended.status.and_then(Status::code);
    let verdict = code.filter(|_| ended.reason == Reason::Exited).and_then(Verdict::from_code);
    Exit { code, signal: ended.status.and_then(Status::signal), reason: ended.reason, verdict }
}

/// Tells viewers that a run is over, even where the task that drove it did not get to its end.
struct Over<'a>(&'a Run);

impl Over<'_> {
    fn tell(self, exit: Exit) {
        self.end(exit);
    }

    fn end(&self, exit: Exit) {
        self.0.counts.end(exit.reason);
        self.0.set_phase(Phase::Ended(exit));
    }
}

impl Drop for Over<'_> {
    fn drop(&mut self) {
        if !self.0.is_over() {
            self.end(exit(Ended { status: None, reason: Reason::ServerStopping }));
        }
    }
}
