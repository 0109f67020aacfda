//! A payment whose answer is lost is not made again: so none is made twice, and nobody is told.
use crate::*;

pub(crate) struct App;

impl Pays for App {
    async fn pay(pair: &Pair, limit: Duration) -> Outcome {
        pair.primary.pay(Key::new(), limit).await
    }
}
rest_is_fixed!(Reads, Runbook);
