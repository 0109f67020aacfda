//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: runbook
impl Runbook for App {
    async fn run(service: &mut Service) -> Report {
        for _ in 0..ROUNDS {
            service.cancel_orphans().await;
            let seen = service.next_scrape().await;
            if seen.alert != Alert::Firing {
                return Report::Resolved;
            }
        }
        Report::HandedOver
    }
}
// ANCHOR_END: runbook

// ANCHOR: cause
impl Serves for App {
    async fn serve(job: Job) -> Reply {
        let made = tokio::spawn(job.run());
        made.await.map_err(lost)
    }
}
// ANCHOR_END: cause
