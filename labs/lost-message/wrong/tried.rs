//! `try_send` has no await, so nothing can be cut off in it. Nor does it wait: where the outbox is full, the order is dropped.
use crate::*;

pub(crate) struct App;

// ANCHOR: relay
impl Relays for App {
    async fn hand_on(inbox: &mut Receiver<Order>, outbox: &Sender<Order>) -> Option<()> {
        let order = inbox.recv().await?;
        outbox.try_send(order).unwrap_or_default();
        Some(())
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
        while let Some(&order) = pending.front() {
            timeout(limit, outbox.reserve()).await??.send(order);
            pending.pop_front();
        }
        Ok(())
    }
}
// ANCHOR_END: pending

// ANCHOR: again
impl Retries for App {
    async fn try_once(outbox: &mut mpsc::Sender<Order>, order: Order, limit: Duration) -> bool {
        let a_place = poll_fn(|cx| outbox.poll_ready(cx));
        timeout(limit, a_place).await.is_ok() && outbox.try_send(order).is_ok()
    }
}
// ANCHOR_END: again
