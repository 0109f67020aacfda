use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use tokio_util::sync::CancellationToken;

/// One cancel, planned at a point of the work.
pub(crate) struct Plan {
    /// From 1; with 0 no cancel is planned.
    pub at: usize,
    pub passed: AtomicUsize,
    /// The planned point was reached.
    pub due: CancellationToken,
}

impl Plan {
    pub(crate) fn new(at: usize) -> Self {
        Self { at, passed: AtomicUsize::new(0), due: CancellationToken::new() }
    }

    /// What was planned and did not happen, as a sentence's subject and verb.
    pub(crate) fn missed(&self) -> Option<String> {
        let (at, passed) = (self.at, self.passed.load(SeqCst));
        (at > passed).then(|| {
            format!("the cancel planned at point {at} did not come: the work had {passed} of them")
        })
    }

    /// Passes one more point; says whether it is the one.
    pub(crate) fn pass(&self) -> bool {
        let is_it = self.passed.fetch_add(1, SeqCst) + 1 == self.at;
        if is_it {
            self.due.cancel();
        }
        is_it
    }
}
