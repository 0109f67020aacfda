//! It never says resolved, so it is never wrong. Somebody is called each night for what the runbook has done.
use crate::*;

pub(crate) struct App;

// ANCHOR: runbook
impl Runbook for App {
    async fn run(service: &mut Service) -> Report {
        service.cancel_orphans().await;
        service.next_scrape().await;
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
