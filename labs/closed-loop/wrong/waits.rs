//! It waits for one more scrape before it believes it. The threshold is the same in each.
use crate::*;

pub(crate) struct App;

// ANCHOR: runbook
impl Runbook for App {
    async fn run(service: &mut Service) -> Report {
        let mut quiet = 0;
        for _ in 0..ROUNDS {
            service.cancel_orphans().await;
            quiet = match service.next_scrape().await.alert {
                Alert::Inactive => quiet + 1,
                _ => 0,
            };
            if quiet == 2 {
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
