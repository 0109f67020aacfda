//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: reads
impl Reads for App {
    async fn read(pair: &Pair, limit: Duration) -> Outcome {
        pair.primary.read(limit).await
    }
}
// ANCHOR_END: reads

// ANCHOR: replay
impl Pays for App {
    async fn pay(pair: &Pair, limit: Duration) -> Outcome {
        match pair.primary.pay(Key::new(), limit).await {
            Ok(paid) => Ok(paid),
            Err(_) => pair.replica.pay(Key::new(), limit).await,
        }
    }
}
// ANCHOR_END: replay

// ANCHOR: runbook
impl Runbook for App {
    fn next(seen: &Seen) -> Step {
        match seen {
            Seen { failed_probes: 0..3, .. } => Step::Watch,
            Seen { .. } => Step::Promote,
        }
    }
}
// ANCHOR_END: runbook
