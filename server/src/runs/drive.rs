//! The life of one run, from its place in the queue to the end of its last process.
//!
//! Five things can end a run: it exits, it is asked to, nobody watches, its time is over, it printed too much.
//! They race in one `select!`, without a loop around it, so that a branch that loses is dropped once and for
//! all; each of them is cancel-safe, and whatever was read from the lab is in the log by then. Then the
//! tree is cut, whoever won, and nothing goes on before it is gone.

use super::{Run, compiler::Compiler, means::Means, queue::Ticket, run::Phase, tap::Tap};
use crate::{
    catalog::{self, Job, MINE},
    fix::{self, Fix, Texts},
    keeper::{Order, Output, Status, Tree},
};
use labkit_wire::Verdict;
use std::{path::PathBuf, pin::pin, time::Duration};
use still_running_protocol::{Exit, Problem, Reason};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

/// How long a run waits for files or processes, before it says that there are none.
const WANT: Duration = Duration::from_secs(30);
/// How often it looks whether there are some now.
const PAUSE: Duration = Duration::from_millis(50);

/// What a run is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Errand {
    /// One run of the lab.
    Run,
    /// The reader's own variant, at every point of the lab's grid.
    Check,
}

/// How a program of a run ended.
struct Ended {
    status: Option<Status>,
    reason: Reason,
}

/// Sees a run through. When this returns, its processes are gone and its viewers will be told.
pub(super) async fn drive(means: &Means, run: &Run, errand: Errand, job: Job, mut ticket: Ticket) {
    let over = Over(run);
    let exit = match wait_for_turn(run, &mut ticket).await {
        Ok(()) => live(means, run, errand, &job).await,
        Err(reason) => exit(Ended { status: None, reason }),
    };
    // First this: who hears of the end and runs it again at once finds the place free.
    drop(ticket);
    info!(?exit, "ended");
    over.tell(exit);
}

async fn wait_for_turn(run: &Run, ticket: &mut Ticket) -> Result<(), Reason> {
    tokio::select! {
        () = ticket.turn(|wait| run.set_phase(Phase::Queued(wait))) => Ok(()),
        reason = run.ending.asked() => Err(reason),
        () = run.unwatched() => Err(Reason::ViewersGone),
    }
}

async fn live(means: &Means, run: &Run, errand: Errand, job: &Job) -> Exit {
    let mut problems = vec![];
    let program = match job.variant.as_str() {
        MINE => match build(means, run, job, &mut problems).await {
            Ok(program) => program,
            Err(failed) => return Exit { verdict: None, problems, ..exit(failed) },
        },
        _ => job.lab.program.clone(),
    };
    let exit = match errand {
        Errand::Run => start_lab(means, run, job, program).await,
        Errand::Check => check(means, run, job, program).await,
    };
    Exit { problems, ..exit }
}

/// Runs the reader's own variant at every point of the lab's grid.
async fn check(means: &Means, run: &Run, job: &Job, program: PathBuf) -> Exit {
    let workshop = means.workshop.as_ref().expect("it was asked before the run began");
    let jobs = fix::jobs(&means.catalog, job.lab.slug(), &Default::default());
    let jobs = jobs.expect("a lab's own grid is within its knobs' ranges");
    let fix = Fix {
        lab: job.lab.clone(),
        program,
        texts: Texts::of(workshop, &job.lab).await,
        environment: means.environment.clone(),
        limit: means.limits.time,
        at_once: crate::pool::cores(),
    };
    let stop = CancellationToken::new();
    let mut examining = pin!(fix.examine(&jobs, &stop, |point| run.passed(point)));
    let reason = tokio::select! {
        finding = &mut examining => {
            let verdict = Some(finding.verdict);
            let over = exit(Ended { status: None, reason: Reason::Exited });
            return Exit { verdict, finding: Some(Box::new(finding)), ..over };
        }
        reason = run.ending.asked() => reason,
        () = run.unwatched() => Reason::ViewersGone,
    };
    stop.cancel();
    examining.await;
    exit(Ended { status: None, reason })
}

async fn start_lab(means: &Means, run: &Run, job: &Job, program: PathBuf) -> Exit {
    let order = Order::new(program).args(catalog::args(&job.variant, &job.values));
    let (order, loan) = tokio::select! {
        furnished = means.environment.furnish(order, job) => furnished,
        reason = run.ending.asked() => return exit(Ended { status: None, reason }),
        () = run.unwatched() => return exit(Ended { status: None, reason: Reason::ViewersGone }),
    };
    let ended = execute(means, run, &order, means.limits.time, None).await;
    loan.give_back().await;
    exit(ended)
}

/// Builds the reader's own variant; the compiler's output is the run's.
async fn build(
    means: &Means,
    run: &Run,
    job: &Job,
    problems: &mut Vec<Problem>,
) -> Result<PathBuf, Ended> {
    let workshop = means.workshop.as_ref().expect("it was asked before the run began");
    let slug = job.lab.slug();
    let _bench = tokio::select! {
        bench = workshop.bench() => bench,
        reason = run.ending.asked() => return Err(Ended { status: None, reason }),
        () = run.unwatched() => return Err(Ended { status: None, reason: Reason::ViewersGone }),
    };
    let (order, mut compiler) = (workshop.build_with_places(slug), Compiler::default());
    let ended = execute(means, run, &order, means.limits.build, Some(&mut compiler)).await;
    *problems = compiler.problems;
    if ended.reason != Reason::Exited || ended.status != Some(Status::Code(0)) {
        return Err(ended);
    }
    workshop.keep(slug).map_err(|error| {
        run.say(&format!("what was built could not be put aside: {error}."));
        Ended { status: None, reason: Reason::Exited }
    })
}

/// Runs one program. When this returns, no process of it is left, and all it printed is in the log.
async fn execute(
    means: &Means,
    run: &Run,
    order: &Order,
    limit: Duration,
    compiler: Option<&mut Compiler>,
) -> Ended {
    let (mut tree, output) = match start(means, run, order).await {
        Ok(started) => started,
        Err(ended) => return ended,
    };
    run.begin();
    let printed = run.lock().log.end();
    let mut tap = Tap::new(run, output, means.limits.output.saturating_sub(printed), compiler);
    let reason = tokio::select! {
        () = tree.exited() => Reason::Exited,
        reason = run.ending.asked() => reason,
        () = run.unwatched() => Reason::ViewersGone,
        () = sleep(limit) => Reason::TimeLimit,
        () = tap.flow() => Reason::OutputLimit,
    };
    // In this order: while a process of it lives it may print, and what the dead left in the pipe comes before the end.
    tree.cut();
    let status = tree.gone().await;
    tap.drain().await;
    explain(run, &tree, status);
    Ended { status, reason }
}

/// As soon as it can be: where files or processes are short, those of others that end make room.
async fn start(means: &Means, run: &Run, order: &Order) -> Result<(Tree, Output), Ended> {
    let deadline = Instant::now() + WANT;
    loop {
        // Boxed, for it is large, and only a moment of a run's life.
        let error = match Box::pin(means.spares.start(order)).await {
            Ok(started) => return Ok(started),
            Err(error) => error,
        };
        if !error.is_want() || Instant::now() > deadline {
            warn!(%error, "not started");
            run.say(&format!("{error}."));
            return Err(Ended { status: None, reason: Reason::Exited });
        }
        tokio::select! {
            () = sleep(PAUSE) => {}
            reason = run.ending.asked() => return Err(Ended { status: None, reason }),
            () = run.unwatched() => return Err(Ended { status: None, reason: Reason::ViewersGone }),
        }
    }
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
    let signal = ended.status.and_then(Status::signal);
    Exit { code, signal, reason: ended.reason, verdict, problems: vec![], finding: None }
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
