//! Tasks and their owners: who goes on when the owner leaves, and who is cut short when the program ends.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{CancelAt, Owner, prelude::*, witness::live_tasks};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{Interval, interval},
};
use tokio_util::{
    sync::CancellationToken,
    task::{AbortOnDropHandle, TaskTracker},
};

labkit::choice! {
    /// Which task, and how its owner leaves.
    Case {
        /// The owner of a poller is dropped, and the handle with it.
        Dropped = "dropped",
        /// A timeout gives up on a spawned job.
        Timeout = "timeout",
        /// A log is written in batches; the program stops between two.
        Flush = "flush",
        /// A shutdown waits for three tasks, and they all end.
        Wait = "wait",
    }
}

labkit::knobs! {
    /// Which task, and how its owner leaves.
    case: Case = Case::Dropped;
    /// When the owner leaves, gives up, or shuts down.
    leave: Duration = 35, 1..=500, grid [5, 100, 250];
    /// How long one of the 20 steps of a task takes; the log is written once in 20 steps.
    step: Duration = 10, 1..=50, grid [1, 50];
    /// In the case `timeout`: the poll at which the caller is dropped itself; 0: it stays.
    cancel_at: CancelAt = 0, 0..=2;
}

/// The steps of a poller or a job; it gives back how many it made.
trait Work: Future<Output = usize> + Send + 'static {}
impl<F: Future<Output = usize> + Send + 'static> Work for F {}

/// A poller that runs for as long as its owner keeps what `start` gave.
trait Dropped {
    type Poller;
    fn start(polling: impl Work) -> Self::Poller;
}

/// A job in a task of its own, given up after `limit`.
trait TimedOut {
    async fn report(limit: Duration, job: impl Work) -> Option<usize>;
}

/// A task that collects lines and writes them to the disk in batches.
trait Flushed {
    fn start(tasks: &TaskTracker, stop: CancellationToken, lines: Lines, disk: Disk);
}

/// The end of a program: asks its tasks to stop, and waits until they have.
trait Waited {
    async fn shutdown(stop: CancellationToken, tasks: TaskTracker);
}

type Lines = mpsc::Receiver<String>;

const STEPS: u32 = 20;
const LOGGED: usize = 50;
/// Far longer than a shutdown takes whose tasks have ended.
const LONG: Duration = ms(300);

async fn scenario<A>(lab: Lab, knobs: Knobs) -> Result
where
    A: Dropped + TimedOut + Flushed + Waited,
{
    lab.lanes(&["owner", "app", "task", "disk"]);
    match knobs.case {
        Case::Dropped => dropped::<A>(&lab, knobs).await,
        Case::Timeout => timed_out::<A>(&lab, knobs).await,
        Case::Flush => flush::<A>(&lab, knobs).await?,
        Case::Wait => wait::<A>(&lab, knobs).await,
    }
    Ok(())
}

// ANCHOR: scenario
async fn dropped<A: Dropped>(lab: &Lab, knobs: Knobs) {
    let (owner, task, made) = (lab.lane("owner"), lab.lane("task"), Made::default());
    let (wants, work) = (Owner::default(), steps(task.clone(), made.clone(), knobs.step));
    let poller = A::start(task.watch("poller", work).owned_by(&wants));
    sleep(knobs.leave).await;
    owner.say("leaves, and drops what it had");
    drop(poller);
    wants.left();
    nobody_is_left(lab, knobs, &made).await;
}
// ANCHOR_END: scenario

// ANCHOR: timed_out
async fn timed_out<A: TimedOut>(lab: &Lab, knobs: Knobs) {
    let (owner, task, made) = (lab.lane("owner"), lab.lane("task"), Made::default());
    let (wants, work) = (Owner::default(), steps(task.clone(), made.clone(), knobs.step));
    let report = A::report(knobs.leave, task.watch("job", work).owned_by(&wants));
    let report = owner.watch("report", report).limit("timeout", knobs.leave).as_owner(&wants);
    match lab.cuts(knobs.cancel_at).polls(report).await {
        Some(Some(steps)) => owner.say(format!("has its report, of {steps} steps")),
        Some(None) => owner.say("gives up, and tells the customer that it was cancelled"),
        None => owner.say("is dropped itself, and all that it holds"),
    }
    nobody_is_left(lab, knobs, &made).await;
}
// ANCHOR_END: timed_out

/// Lets everything end that ends, and compares: how far the task was, and how far it got.
async fn nobody_is_left(lab: &Lab, knobs: Knobs, made: &Made) {
    let then = made.load(SeqCst);
    sleep(ms(1)).await;
    lab.check_eq("tasks alive when nobody waits for them", 0, live_tasks());
    sleep(knobs.step * STEPS).await;
    let after = made.load(SeqCst) - then;
    lab.lane("task").say(format!("{then} steps made for the owner, {after} after it had left"));
    lab.check_eq("steps made for nobody", 0, after);
}

type Made = Arc<AtomicUsize>;

async fn steps(task: Lane, made: Made, step: Duration) -> usize {
    for n in 1..=STEPS as usize {
        sleep(step).await;
        made.store(n, SeqCst);
        task.gauge("steps", n, "");
    }
    STEPS as usize
}

async fn flush<A: Flushed>(lab: &Lab, knobs: Knobs) -> Result {
    let (app, on_disk) = (lab.lane("app"), Made::default());
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    let (log, lines) = mpsc::channel(LOGGED);
    let disk =
        Disk { lane: lab.lane("disk"), written: on_disk.clone(), period: knobs.step * STEPS };
    disk.lane.gauge("lines", 0, "");
    A::start(&tasks, stop.clone(), lines, disk);

    for n in 1..LOGGED {
        log.send(format!("request {n} served")).await?;
    }
    app.mark(format!("has logged {} lines", LOGGED - 1));
    sleep(knobs.leave).await;
    log.send("stops its tasks, and waits for them".into()).await?;
    app.say(format!("logs line {LOGGED}: stops its tasks, and waits for them"));
    lab.cancelled();
    stop.cancel();
    tasks.close();
    let done = timeout(LONG, app.watch("shutdown", tasks.wait())).await;
    app.say("ends");
    lab.check_eq("the shutdown ends", true, done.is_ok());
    lab.check_eq("lines on the disk", LOGGED, on_disk.load(SeqCst));
    Ok(())
}

/// Where the log goes. It remembers what it got.
struct Disk {
    lane: Lane,
    written: Made,
    period: Duration,
}

impl Disk {
    /// When to write.
    fn due(&self) -> Interval {
        let mut due = interval(self.period);
        due.reset();
        due
    }

    /// Takes a millisecond.
    async fn write(&mut self, batch: &mut Vec<String>) {
        sleep(ms(1)).await;
        let all = self.written.fetch_add(batch.len(), SeqCst) + batch.len();
        self.lane.gauge("lines", all, "");
        if !batch.is_empty() {
            self.lane.say(format!("{} lines written", batch.len()));
        }
        batch.clear();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        self.lane.say(format!("closed, with {} lines on it", self.written.load(SeqCst)));
    }
}

async fn wait<A: Waited>(lab: &Lab, knobs: Knobs) {
    let (app, task) = (lab.lane("app"), lab.lane("task"));
    let (stop, tasks) = (CancellationToken::new(), TaskTracker::new());
    for n in 1..=3 {
        let (task, stop) = (task.clone(), stop.clone());
        tasks.spawn(async move {
            stop.cancelled().await;
            sleep(n * knobs.step).await;
            task.say(format!("{n} has cleared up, and ends"));
        });
    }
    sleep(knobs.leave).await;
    app.say("shuts down");
    lab.cancelled();
    let shutdown = app.watch("shutdown", A::shutdown(stop, tasks.clone()));
    let done = timeout(LONG, shutdown.limit("patience", LONG)).await;
    app.say(format!("{} tasks are left", tasks.len()));
    lab.check_eq("the shutdown ends", true, done.is_ok());
    lab.check_eq("tasks it has not waited for", 0, tasks.len());
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Dropped) => {
        impl Dropped for App {
            type Poller = <fixed::App as Dropped>::Poller;

            fn start(polling: impl Work) -> Self::Poller {
                <fixed::App as Dropped>::start(polling)
            }
        }
    };
    (@TimedOut) => {
        impl TimedOut for App {
            async fn report(limit: Duration, job: impl Work) -> Option<usize> {
                fixed::App::report(limit, job).await
            }
        }
    };
    (@Flushed) => {
        impl Flushed for App {
            fn start(tasks: &TaskTracker, stop: CancellationToken, lines: Lines, disk: Disk) {
                <fixed::App as Flushed>::start(tasks, stop, lines, disk);
            }
        }
    };
    (@Waited) => {
        impl Waited for App {
            async fn shutdown(stop: CancellationToken, tasks: TaskTracker) {
                fixed::App::shutdown(stop, tasks).await;
            }
        }
    };
}

mod wrong {
    pub(crate) mod abort_handle;
    pub(crate) mod abort_late;
    pub(crate) mod close_late;
    pub(crate) mod inside;
    pub(crate) mod kept;
    pub(crate) mod on_drop;
    pub(crate) mod pause;
    pub(crate) mod token;
    pub(crate) mod unclosed;
    pub(crate) mod undrained;
}

fn main() -> ExitCode {
    Manifest {
        title: "Memory grows with every click",
        crates: &["tokio", "tokio-util"],
        article: &["1.5"],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![
            scenario: App,
            wrong: abort_handle, abort_late, close_late, inside, kept, on_drop, pause, token, unclosed, undrained
        ],
    )
}
