//! The incident is over when what the alert counts is gone; and it does not come again when its cause is.
use crate::*;

pub(crate) struct App;

// ANCHOR: runbook
impl Runbook for App {
    async fn run(service: &mut Service) -> Report {
        for _ in 0..ROUNDS {
            service.cancel_orphans().await;
            let seen = service.next_scrape().await;
            if seen.orphans == Some(0) {
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
        let made = AbortOnDropHandle::new(tokio::spawn(job.run()));
        made.await.map_err(lost)
    }
}
// ANCHOR_END: cause
