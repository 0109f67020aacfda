//! Who answers is asked. A payment has one name wherever it is made. What can't be undone needs more than silence.
use crate::*;

pub(crate) struct App;

// ANCHOR: reads
impl Reads for App {
    async fn read(pair: &Pair, limit: Duration) -> Outcome {
        if pair.primary.is_well()
            && let Ok(answer) = pair.primary.read(limit).await
        {
            return Ok(answer);
        }
        pair.replica.read(limit).await
    }
}
// ANCHOR_END: reads

// ANCHOR: replay
impl Pays for App {
    async fn pay(pair: &Pair, limit: Duration) -> Outcome {
        let key = Key::new();
        match pair.primary.pay(key, limit).await {
            Ok(paid) => Ok(paid),
            Err(_) => pair.replica.pay(key, limit).await,
        }
    }
}
// ANCHOR_END: replay

// ANCHOR: runbook
impl Runbook for App {
    fn next(seen: &Seen) -> Step {
        match seen {
            Seen { failed_probes: 0..3, .. } => Step::Watch,
            Seen { is_fenced: false, .. } => Step::AskSomebodyToFence,
            Seen { .. } => Step::Promote,
        }
    }
}
// ANCHOR_END: runbook
