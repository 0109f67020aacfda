//! (`ticks`) In a task of its own no question keeps the ticker from its next tick. It was not the questions that did: all ticks
//! that were missed come at once, and each starts a task.
use crate::*;

pub(crate) struct App;

impl Ticks for App {
    async fn keep_asking(prices: Prices) {
        let mut due = tokio::time::interval(PERIOD);
        loop {
            due.tick().await;
            let prices = prices.clone();
            tokio::spawn(async move { prices.ask().await });
        }
    }
}

rest_is_fixed!(Locks, Retries, Asks, Searches, Follows);
