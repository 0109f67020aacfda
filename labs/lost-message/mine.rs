//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: relay
impl Relays for App {
    async fn hand_on(inbox: &mut Receiver<Order>, outbox: &Sender<Order>) -> Option<()> {
        let order = inbox.recv().await?;
        outbox.send(order).await.ok()
    }
}
// ANCHOR_END: relay

// ANCHOR: pending
impl Flushes for App {
    async fn flush(
        pending: &mut VecDeque<Order>,
        outbox: &Sender<Order>,
        limit: Duration,
    ) -> Result {
        while let Some(order) = pending.pop_front() {
            timeout(limit, outbox.send(order)).await??;
        }
        Ok(())
    }
}
// ANCHOR_END: pending

// ANCHOR: again
impl Retries for App {
    async fn try_once(outbox: &mut mpsc::Sender<Order>, order: Order, limit: Duration) -> bool {
        timeout(limit, outbox.send(order)).await.is_ok()
    }
}
// ANCHOR_END: again
