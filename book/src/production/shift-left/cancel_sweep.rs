//! Cancels a piece of async work at each point at which it can be cancelled: one run for each.
//!
//! To copy to `tests/cancel_sweep/mod.rs`. It needs the standard library and no more.
//!
//! A future is cancelled by dropping it, and it can be dropped after each poll that left it pending. A test that cancels
//! at one moment tells of that moment. This one asks all of them:
//!
//! ```ignore
//! mod cancel_sweep;
//!
//! #[tokio::test(start_paused = true)]
//! async fn a_transfer_is_whole_wherever_it_is_cut() {
//!     let points = cancel_sweep::sweep(async |cuts| {
//!         let bank = Bank::new(); // a new world for each run
//!         cuts.polls(bank.transfer(100)).await;
//!         bank.settle().await; // what was given to tasks comes to its end
//!         assert_eq!(bank.sum(), 0, "cut at poll {}", cuts.planned());
//!     });
//!     assert_eq!(points.await, 2); // else it is not the work one thinks
//! }
//! ```
//!
//! Use it on a paused clock, or on work that waits for channels and locks. With sockets the number of polls is nobody's
//! promise: a run may have more of them than the last.

use std::{
    future::poll_fn,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::Poll,
};

/// Runs `scenario` once for each point at which it can be cut, the first one first, and once more, whole. Gives back how
/// many points there were; with 0 nothing was tested.
///
/// # Panics
/// As `scenario` does. And after 10,000 points, for a scenario that has more is one that never ends.
pub async fn sweep(mut scenario: impl AsyncFnMut(Cuts)) -> usize {
    for at in 1..=10_000 {
        let cuts = Cuts { at, passed: Arc::default() };
        scenario(cuts.clone()).await;
        let passed = cuts.passed.load(SeqCst);
        if passed < at {
            return passed;
        }
    }
    panic!("cut at 10,000 points, and there are more: does the scenario end?")
}

/// The plan of one run: at which point it cancels, and how many were passed so far. Clones are the same plan.
#[derive(Debug, Clone)]
pub struct Cuts {
    at: usize,
    passed: Arc<AtomicUsize>,
}

impl Cuts {
    /// The number of the point at which this run cancels, from 1.
    pub fn planned(&self) -> usize {
        self.at
    }

    /// Runs `future`. Each poll that leaves it pending is a point. At the planned one it is dropped before anything else
    /// can happen, and the answer is `None`.
    ///
    /// Points are counted over everything that one plan is used for: a second call goes on where the first ended.
    pub async fn polls<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = Box::pin(future);
        poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.passed.fetch_add(1, SeqCst) + 1 == self.at => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}
