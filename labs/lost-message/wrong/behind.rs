//! `send_timeout` gives the order back, and it is put back, at the wrong end: it arrives after those that came later.
use crate::*;
use tokio::sync::mpsc::error::SendTimeoutError;

pub(crate) struct App;

// ANCHOR: relay
impl Relays for App {
    async fn hand_on(inbox: &mut Receiver<Order>, outbox: &Sender<Order>) -> Option<()> {
        let place = outbox.reserve().await.ok()?;
        let order = inbox.recv().await?;
        place.send(order);
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
        while let Some(order) = pending.pop_front() {
            if let Err(slow) = outbox.send_timeout(order, limit).await {
                pending.push_back(slow.into_inner());
                return Err(SendTimeoutError::Timeout(()).into());
            }
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
