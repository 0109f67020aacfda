//! A lab for labkit's own tests: it does what its knob `case` says.

use labkit::prelude::*;

labkit::choice! {
    /// What this run does.
    Case {
        /// A cancel, and a check that holds.
        Held = "held",
        /// A check, and nothing cancelled.
        Idle = "idle",
        /// A cancel, and nothing checked.
        Blind = "blind",
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
}

async fn scenario(lab: Lab, knobs: Knobs) -> Result {
    match knobs.case {
        Case::Held => cancel_and_check(&lab, true).await,
        Case::Idle => lab.check_eq("a check", 1, 1),
        Case::Blind => cancel(&lab).await,
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

fn flood(lab: &Lab, lines: usize) {
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let lane = lab.lane(&format!("lane{thread}"));
            scope.spawn(move || {
                for line in 0..lines {
                    lane.say(format!("line {line} {}", "x".repeat(line % 300)));
                    tracing::info!("traced {line}");
                }
            });
        }
    });
}

fn main() -> ExitCode {
    let manifest = Manifest {
        title: "A sample",
        crates: &[],
        article: &["1.1"],
        clock: Clock::Real,
        needs: &[],
    };
    manifest.main("labkit-sample", &[("buggy", |lab, knobs| Box::pin(scenario(lab, knobs)))])
}
