use tokio_util::sync::{CancellationToken, DropGuard};

/// Shut until somebody opens it, and then open for good: who waits goes on, and who comes later need not wait.
///
/// For a scenario that goes on when the other side is through with something, however that ended: done, failed or dropped.
/// Clones are the same latch.
///
/// ```
/// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
/// use labkit::Latch;
///
/// let over = Latch::default();
/// let handler = {
///     let over = over.open_on_drop();
///     async move {
///         let _over = over;
///         std::future::pending::<()>().await
///     }
/// };
/// drop(handler); // its client has left
/// over.opened().await;
/// # });
/// ```
#[derive(Debug, Clone, Default)]
pub struct Latch(CancellationToken);

/// Opens its [`Latch`] when it is dropped.
#[must_use = "dropped at once, it opens its latch at once"]
#[derive(Debug)]
pub struct OpenOnDrop {
    _guard: DropGuard,
}

impl Latch {
    /// Opens it. A second time changes nothing.
    pub fn open(&self) {
        self.0.cancel();
    }

    /// A guard that opens it.
    pub fn open_on_drop(&self) -> OpenOnDrop {
        OpenOnDrop { _guard: self.0.clone().drop_guard() }
    }

    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.0.is_cancelled()
    }

    /// Waits until it is open. Cancel-safe: it only looks.
    pub async fn opened(&self) {
        self.0.cancelled().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ms;
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn who_waits_goes_on_and_who_comes_later_need_not_wait() {
        let latch = Latch::default();
        let guard = latch.open_on_drop();
        let early = tokio::spawn({
            let latch = latch.clone();
            async move { latch.opened().await }
        });
        assert!(timeout(ms(10), latch.opened()).await.is_err() && !latch.is_open());
        drop(guard);
        early.await.unwrap();
        latch.opened().await;
        assert!(latch.is_open());
    }

    #[tokio::test(start_paused = true)]
    async fn a_guard_that_is_aborted_with_its_task_opens_it_too() {
        let latch = Latch::default();
        let guard = latch.open_on_drop();
        let task = tokio::spawn(async move {
            let _guard = guard;
            std::future::pending::<()>().await;
        });
        task.abort();
        latch.opened().await;
    }
}
