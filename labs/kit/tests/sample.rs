//! A lab for labkit's own tests: it does what its knob `case` says.

use labkit::{Latch, Owner, ok_or_err, prelude::*};
use std::pin::Pin;

labkit::choice! {
    /// What this run does.
    Case {
        /// A cancel, and a check that holds.
        Held = "held",
        /// A check, and nothing cancelled.
        Idle = "idle",
        /// A cancel, and nothing checked.
        Blind = "blind",
        /// A check that holds, and a planned cancel that did not happen.
        Missed = "missed",
        /// A future that is pending once, dropped there or not.
        Cut = "cut",
        /// Something is missing.
        Missing = "missing",
        /// The scenario gives an error.
        Fault = "fault",
        /// A task panics; all else is well.
        Panic = "panic",
        /// Threads that all talk at once, tracing among them.
        Flood = "flood",
        /// A future that gives up by its own limit.
        OwnLimit = "own-limit",
        /// A watched task is cleared up once the story is over.
        Over = "over",
        /// Limits, outcomes, work for nobody, cause and effect.
        Explains = "explains",
        /// A blocked thread is left behind.
        Leak = "leak",
    }
}

labkit::knobs! {
    /// What this run does.
    case: Case = Case::Held;
    /// How many lines each thread of a flood says.
    lines: usize = 2000, 1..=100000;
    /// A duration, for the sake of it.
    some_time: Duration = 20, 5..=500, grid [7];
    /// A size, for the sake of its unit.
    size: u64 = 300, 0..=1000 "kB";
    /// At which poll the future of the case `cut` is dropped.
    cancel_at: labkit::CancelAt = 1, 0..=3;
}

async fn scenario(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Held => cancel_and_check(&lab, true).await,
        Case::Idle => lab.check_eq("a check", 1, 1),
        Case::Blind => cancel(&lab).await,
        Case::Missed => {
            cancel_and_check(&lab, true).await;
            lab.missed("1 of 2 callers did not leave");
        }
        Case::Cut => {
            lab.lane("size").gauge("size", usize::try_from(knobs.size)?, "kB");
            let cuts = lab.cuts(knobs.cancel_at);
            let cut = cuts.polls(sleep(ms(1))).await.is_none();
            lab.check_eq("dropped", cuts.planned() == Some(1), cut);
        }
        Case::Missing => {
            return Err(Unavailable {
                what: "no moon was found".into(),
                how: "wait for the night".into(),
            }
            .into());
        }
        Case::Fault => return Err(std::io::Error::other("it broke").into()),
        Case::Panic => {
            lab.spawn("task", "a task", async { panic!("oh no\nin two lines") })
                .await
                .expect_err("it panics");
            cancel_and_check(&lab, true).await;
        }
        Case::Flood => {
            flood(&lab, knobs.lines);
            cancel_and_check(&lab, true).await;
        }
        Case::OwnLimit => {
            let limited = timeout(ms(1), std::future::pending::<()>());
            let call = lab.lane("caller").watch("call", limited).with_own_limit(|out| out.is_err());
            lab.check_that("it gives up", "true", true, call.await.is_err());
        }
        Case::Over => {
            let left = lab.spawn("task", "what is left", std::future::pending::<()>());
            cancel(&lab).await;
            lab.over();
            left.abort();
            left.await.expect_err("it is aborted");
            lab.lane("task").say("cleared up");
            lab.check_eq("all is well", 1, 1);
        }
        Case::Explains => explains(&lab).await,
        Case::Leak => {
            drop(tokio::task::spawn_blocking(std::thread::park));
            cancel_and_check(&lab, false).await;
        }
    }
    Ok(())
}

async fn cancel(lab: &Lab) {
    let never = lab.lane("caller").watch("never", std::future::pending::<()>());
    timeout(ms(1), never).await.expect_err("it never ends");
}

async fn cancel_and_check(lab: &Lab, good: bool) {
    cancel(lab).await;
    lab.check_that("all is well", "true", good, good);
}

/// A caller gives up on work that goes on, and hears of it in the end.
async fn explains(lab: &Lab) {
    lab.lanes(&["caller", "task", "wire"]);
    let (caller, task, owner) = (lab.lane("caller"), lab.lane("task"), Owner::default());
    let (begun, go_on) = (Latch::default(), Latch::default());
    let (told, waits) = (begun.clone(), go_on.clone());
    let work = async move {
        told.open();
        waits.opened().await;
    };
    let work = tokio::spawn(task.watch("work", work).owned_by(&owner));
    begun.opened().await;
    let call = timeout(ms(1), std::future::pending::<()>());
    let call = caller.watch("call", call).limit("timeout", ms(1)).outcome(ok_or_err);
    let call = call.holding(|| Some("had half".into()));
    call.with_own_limit(|out| out.is_err()).as_owner(&owner).await.expect_err("it never ends");
    let late = task.busy("late work").owned_by(&owner);
    go_on.open();
    work.await.expect("it ends");
    task.because(caller.last());
    drop(late);
    let wire = task.beside("wire");
    wire.say("stop");
    caller.say("goes home");
    wire.because(wire.beside("caller").last_drop());
    wire.say("is quiet");
    wire.because(task.last_drop()); // it dropped nothing
    lab.check_eq("a check", 1, 1);
}

fn flood(lab: &Lab, lines: usize) {
    let busy = lab.lane("threads").count("busy");
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (lane, busy) = (lab.lane(&format!("lane{thread}")), busy.clone());
            scope.spawn(move || {
                for line in 0..lines {
                    let _one = busy.one();
                    lane.say(format!("line {line} {}", "x".repeat(line % 300)));
                    tracing::info!("traced {line}");
                }
            });
        }
    });
}

fn run(lab: Lab, knobs: Knobs) -> Pin<Box<dyn Future<Output = Result>>> {
    Box::pin(scenario(lab, knobs))
}

fn main() -> ExitCode {
    let manifest = Manifest {
        title: "A sample",
        crates: &[],
        article: &["1.1"],
        clock: Clock::Real,
        needs: &[],
    };
    manifest.main("labkit-sample", &[("buggy", run), ("wrong-again", run)])
}
