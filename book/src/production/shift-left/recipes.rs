//! Recipes for tests on a paused clock: time passes when nobody has anything to do, and not before.

use std::{sync::Arc, thread, time::Duration};
use tokio::{
    runtime::Handle,
    select,
    sync::{Notify, oneshot},
    time::{Instant, sleep, timeout},
};

const fn ms(n: u64) -> Duration {
    Duration::from_millis(n)
}

// ANCHOR: hour
/// An hour costs nothing, and is an hour to the millisecond.
#[tokio::test(start_paused = true)]
async fn a_limit_of_an_hour_is_tested_at_once() {
    let (began, real) = (Instant::now(), std::time::Instant::now());
    let silent = std::future::pending::<()>();
    assert!(timeout(ms(3_600_000), silent).await.is_err());
    assert_eq!(began.elapsed(), ms(3_600_000));
    assert!(real.elapsed() < ms(10_000));
}
// ANCHOR_END: hour

// ANCHOR: each
/// Who may leave, may leave at each moment: 1 ms, 2 ms, and so on, until it was done.
#[tokio::test(start_paused = true)]
async fn the_caller_leaves_at_each_millisecond() {
    let mut left_at = vec![];
    for patience in 1.. {
        let work = async {
            sleep(ms(3)).await;
            sleep(ms(2)).await;
        };
        match timeout(ms(patience), work).await {
            Ok(()) => break,
            Err(_) => left_at.push(patience), // here: what must hold all the same?
        }
    }
    assert_eq!(left_at, [1, 2, 3, 4]);
}
// ANCHOR_END: each

// ANCHOR: alive
/// Whoever is dropped takes its tasks along, or does not.
#[tokio::test(start_paused = true)]
async fn no_task_is_left_when_its_owner_is_dropped() {
    let before = Handle::current().metrics().num_alive_tasks();
    let mut owner = tokio::task::JoinSet::new();
    owner.spawn(std::future::pending::<()>());
    assert_eq!(Handle::current().metrics().num_alive_tasks(), before + 1);
    drop(owner);
    sleep(ms(1)).await; // a moment for the abort
    assert_eq!(Handle::current().metrics().num_alive_tasks(), before);
}
// ANCHOR_END: alive

// ANCHOR: gate
/// A gate in place of a sleep: the test goes on when the work is where it should be, and not some time later.
#[tokio::test(start_paused = true)]
async fn the_caller_leaves_when_the_first_step_is_done() {
    let (reached, steps) = (Arc::new(Notify::new()), std::cell::Cell::new(0));
    let work = async {
        sleep(ms(50)).await;
        steps.set(1);
        reached.notify_one();
        sleep(ms(50)).await;
        steps.set(2);
    };
    select! {
        () = work => panic!("it should not come to its end"),
        () = reached.notified() => {}
    }
    assert_eq!(steps.get(), 1);
}
// ANCHOR_END: gate

// ANCHOR: both
/// When two are ready at the same moment, an unbiased `select!` throws a coin. A test must not.
#[tokio::test(start_paused = true)]
async fn the_answer_and_the_limit_come_at_the_same_moment() {
    for _ in 0..100 {
        let answer = select! {
            biased;
            () = sleep(ms(10)) => "the answer",
            () = sleep(ms(10)) => "the limit",
        };
        assert_eq!(answer, "the answer");
    }
}
// ANCHOR_END: both

// ANCHOR: never
/// And what never to do. The clock knows of tasks and of `spawn_blocking`. It does not know of other threads, nor of the
/// kernel: while they work, nobody in the runtime has anything to do, so time jumps to the next timer.
#[tokio::test(start_paused = true)]
#[expect(clippy::disallowed_methods, reason = "a thread that sleeps is what it shows")]
async fn a_thread_that_needs_a_moment_is_an_hour_late() {
    let (answer, answered) = oneshot::channel();
    thread::spawn(move || {
        thread::sleep(ms(50));
        answer.send(()).unwrap_or_default();
    });
    assert!(timeout(ms(3_600_000), answered).await.is_err());
}
// ANCHOR_END: never
