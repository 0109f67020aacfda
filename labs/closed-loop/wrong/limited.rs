//! The job gets a limit of its own, so that it ends some time. Until then it runs for nobody.
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
        let made = tokio::spawn(timeout(ms(60_000), job.run()));
        made.await.map_err(lost)?.map_err(late)
    }
}
// ANCHOR_END: cause
