//! The cancel sweep: one run for each point at which the work under test can be cancelled.
//!
//! A test that cancels at one moment tells of that moment. A bug may need another one, a byte or an await later. So each run
//! cancels at one point and no other, and there is a run for every point:
//!
//! - with a **paused clock** the points are polls: [`Cuts::polls`] drops the future right after its nth poll, if it was
//!   still pending;
//! - with **sockets** they are gates: the work calls [`Cuts::gate`] where it could be cut, and at the nth gate the other
//!   side, which waits in [`Cuts::stays`], leaves.
//!
//! # In a test of yours
//!
//! [`sweep`] does all the runs, and gives back how many points there were. It knows nothing of labs:
//!
//! ```
//! # use labkit::{ms, sweep};
//! # use tokio::time::sleep;
//! # tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().unwrap().block_on(async {
//! let points = sweep(async |cuts| {
//!     let (mut debit, mut credit) = (0, 0);
//!     cuts.polls(async {
//!         sleep(ms(5)).await; // asks for an approval
//!         (debit, credit) = (100, 100);
//!         sleep(ms(5)).await; // sends a receipt
//!     })
//!     .await;
//!     assert_eq!(debit, credit, "cut at {:?}", cuts.planned());
//! });
//! assert_eq!(points.await, 2);
//! # });
//! ```
//!
//! # In a lab
//!
//! A lab declares a knob of type [`CancelAt`] whose grid is 1, 2, 3 …, and whoever checks the lab walks the grid. A run with a
//! point beyond the last one ends with the verdict *unexercised*: the cancel that was planned did not happen, so that run
//! proves nothing.
//!
//! ```
//! use labkit::{CancelAt, prelude::*};
//!
//! labkit::knobs! {
//!     /// At which of its polls the transfer is dropped.
//!     cancel_at: CancelAt = 1, 0..=3;
//! }
//!
//! async fn scenario(lab: Lab, knobs: Knobs) -> Result {
//!     let cuts = lab.cuts(knobs.cancel_at);
//!     let mut moved = 0;
//!     cuts.polls(async {
//!         sleep(ms(5)).await;
//!         moved += 1;
//!         sleep(ms(5)).await;
//!         moved += 1;
//!     })
//!     .await;
//!     lab.check_that("moved", "both or none", moved, moved != 1);
//!     Ok(())
//! }
//! ```

use crate::{KnobType, Lab, knobs::number, plan::Plan};
use labkit_wire::{KnobKind, Values};
use std::{
    future::poll_fn,
    sync::{Arc, atomic::Ordering::SeqCst},
    task::Poll,
};
use tokio::select;

/// A knob: the number of the point at which the work under test is cancelled, from 1. With 0 no point is planned, and the
/// scenario cancels as it does otherwise.
///
/// Its grid is every value of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CancelAt(usize);

impl KnobType for CancelAt {
    type Default = u64;

    fn kind(default: u64, range: Option<(u64, u64)>, unit: &str, grid: Option<&[u64]>) -> KnobKind {
        let (min, max) = range.expect("a number has a range");
        let all: Vec<_> = (min..=max).collect();
        number(unit, default, range, Some(grid.unwrap_or(&all)))
    }

    fn read(values: &Values, name: &str) -> Self {
        Self(usize::try_from(values.number(name)).expect("a knob's range fits"))
    }
}

/// Runs `scenario` once for each point at which it can be cut, the first one first, and once more, whole. Gives back how
/// many points there were.
///
/// # Panics
/// As `scenario` does: [`Cuts::planned`] tells at which point. And after 10,000 points, for a scenario that has more is
/// one that never ends.
pub async fn sweep(mut scenario: impl AsyncFnMut(Cuts)) -> usize {
    for at in 1..=10_000 {
        let cuts = Cuts::new(CancelAt(at), None);
        scenario(cuts.clone()).await;
        if cuts.plan.missed().is_some() {
            return cuts.plan.passed.load(SeqCst);
        }
    }
    panic!("cut at 10,000 points, and there are more: does the scenario end?")
}

/// The plan of one run: at which point it cancels, and how many were passed so far. Clones are the same plan.
///
/// Points are counted over everything one plan is used for: the second call of a function goes on where the first ended.
#[derive(Clone)]
pub struct Cuts {
    /// Who is told of the cut.
    lab: Option<Lab>,
    plan: Arc<Plan>,
}

impl Lab {
    /// Plans this run's cancel. A run in which it does not come is *unexercised*.
    pub fn cuts(&self, at: CancelAt) -> Cuts {
        let cuts = Cuts::new(at, Some(self.clone()));
        self.plan(cuts.plan.clone());
        cuts
    }
}

impl Cuts {
    fn new(at: CancelAt, lab: Option<Lab>) -> Self {
        Self { lab, plan: Arc::new(Plan::new(at.0)) }
    }

    /// The number of the point at which this run cancels, from 1; `None` where none is planned.
    pub fn planned(&self) -> Option<usize> {
        Some(self.plan.at).filter(|at| *at > 0)
    }

    /// Each poll of `future` that leaves it pending is a point. At the planned one `future` is dropped before anything else
    /// can happen, and the answer is `None`. For a paused clock: with sockets the number of polls is nobody's promise.
    pub async fn polls<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = Box::pin(future);
        let polled = poll_fn(|cx| match future.as_mut().poll(cx) {
            Poll::Ready(output) => Poll::Ready(Some(output)),
            Poll::Pending if self.plan.pass() => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        });
        let output = polled.await;
        self.tell_cut(output.is_none(), future);
        output
    }

    /// The work passes a gate. At the planned one whoever waits in [`Cuts::stays`] is sent away, and the work stands still
    /// until `heard` tells that the news has come through; or it is dropped here.
    ///
    /// Give `heard` an end: work that nobody tells of a cancel would wait for ever.
    pub async fn gate(&self, heard: impl Future) {
        if self.plan.pass() {
            heard.await;
        }
    }

    /// Waits for `future`, unless a gate sends it away: then `future` is dropped, and the answer is `None`.
    pub async fn stays<F: Future>(&self, future: F) -> Option<F::Output> {
        let mut future = Box::pin(future);
        let output = select! {
            biased;
            () = self.plan.due.cancelled() => None,
            output = &mut future => Some(output),
        };
        self.tell_cut(output.is_none(), future);
        output
    }

    /// Drops what is over, or was cut. A cut counts as a cancel, whether or not a watch tells of it.
    fn tell_cut(&self, is_cut: bool, future: impl Future) {
        let Some(lab) = &self.lab else { return };
        let before = lab.cancels();
        drop(future);
        if is_cut && lab.cancels() == before {
            lab.cancelled();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ms;
    use std::sync::atomic::AtomicUsize;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt, duplex},
        time::sleep,
    };
    use tokio_util::sync::CancellationToken;

    /// Reads four bytes; what it has of them when it is cut is lost.
    async fn four(peer: &mut (impl AsyncReadExt + Unpin)) -> [u8; 4] {
        let mut all = [0; 4];
        peer.read_exact(&mut all).await.unwrap();
        all
    }

    async fn is_whole_when_cut(cuts: &Cuts) -> bool {
        let (mut near, mut far) = duplex(8);
        let peer = tokio::spawn(async move {
            for byte in *b"abcd" {
                sleep(ms(1)).await;
                far.write_u8(byte).await.unwrap();
            }
            far
        });
        let first = cuts.polls(four(&mut near)).await;
        let got = match first {
            Some(all) => all.to_vec(),
            None => {
                drop(peer.await.unwrap());
                let mut rest = vec![];
                near.read_to_end(&mut rest).await.unwrap();
                rest
            }
        };
        got == b"abcd"
    }

    #[tokio::test(start_paused = true)]
    async fn a_sweep_cuts_once_at_each_poll_and_then_lets_it_through() {
        let mut runs = vec![];
        let points =
            sweep(async |cuts| runs.push((cuts.planned(), is_whole_when_cut(&cuts).await)));
        assert_eq!(points.await, 4);
        let wanted = [(1, true), (2, false), (3, false), (4, false), (5, true)];
        assert_eq!(runs, wanted.map(|(at, whole)| (Some(at), whole)));
    }

    #[tokio::test]
    async fn what_is_never_pending_has_no_point() {
        assert_eq!(sweep(async |cuts| assert_eq!(cuts.polls(async { 7 }).await, Some(7))).await, 0);
    }

    #[tokio::test(start_paused = true)]
    async fn after_the_planned_point_what_comes_later_is_left_alone() {
        let cuts = Cuts::new(CancelAt(1), None);
        assert_eq!(cuts.polls(sleep(ms(1))).await, None);
        assert_eq!(cuts.polls(sleep(ms(1))).await, Some(()));
    }

    #[tokio::test]
    async fn a_gate_sends_the_other_side_away_and_the_work_waits_until_that_is_heard() {
        for (at, came_to) in [(1, 0), (2, 1), (3, 2)] {
            let cuts = Cuts::new(CancelAt(at), None);
            let (heard, steps) = (CancellationToken::new(), AtomicUsize::new(0));
            let work = async {
                for _ in 0..2 {
                    cuts.gate(heard.cancelled()).await;
                    steps.fetch_add(1, SeqCst);
                }
            };
            let stayed = cuts.stays(work).await.is_some();
            assert_eq!((stayed, steps.load(SeqCst)), (at == 3, came_to), "at {at}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_run_whose_planned_cancel_did_not_come_is_unexercised() {
        use labkit_wire::Verdict;
        for (at, wanted) in [(1, Verdict::Held), (2, Verdict::Unexercised)] {
            let lab = Lab::new();
            lab.cuts(CancelAt(at)).polls(sleep(ms(1))).await;
            lab.cancelled();
            lab.check_eq("a check", 1, 1);
            let (verdict, why) = lab.world().verdict();
            assert_eq!(verdict, wanted, "{why}");
        }
    }
}
