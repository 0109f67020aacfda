//! Each of these does what it was written for.
use crate::*;

pub(crate) struct App;

// ANCHOR: task
impl Carries for App {
    async fn carry(call: Call) -> Answered {
        let task = tokio::spawn(call);
        task.await.unwrap_or_else(|_| Ok(broken()))
    }
}
// ANCHOR_END: task

// ANCHOR: deadline
impl Sets for App {
    fn set_deadline(mut request: Request<()>) -> Outcome<Request<()>> {
        request.set_timeout(DEFAULT);
        Ok(request)
    }
}
// ANCHOR_END: deadline

// ANCHOR: polling
impl Works for App {
    async fn work(stop: CancellationToken, job: Job) {
        while !stop.is_cancelled() && job.batch().await {}
    }
}
// ANCHOR_END: polling
