//! Here a send that was cut short had put its order into the queue, so one takes every order for sent. The next one was not.
use crate::*;

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
        let sent = timeout(limit, outbox.send(order)).await;
        sent.is_ok_and(|sent| sent.is_ok()) || !outbox.is_closed()
    }
}
// ANCHOR_END: again
