//! Nobody gets less than a second, for short deadlines make errors. It is the caller who will not wait for that second.
use crate::*;

pub(crate) struct App;

// ANCHOR: task
impl Carries for App {
    async fn carry(call: Call) -> Answered {
        let task = AbortOnDropHandle::new(tokio::spawn(call));
        task.await.unwrap_or_else(|_| Ok(broken()))
    }
}
// ANCHOR_END: task

// ANCHOR: deadline
impl Sets for App {
    fn set_deadline(mut request: Request<()>) -> Outcome<Request<()>> {
        let asked = time_left(request.metadata()).unwrap_or(DEFAULT);
        request.set_timeout(asked.clamp(ms(1000), DEFAULT));
        Ok(request)
    }
}
// ANCHOR_END: deadline

// ANCHOR: polling
impl Works for App {
    async fn work(stop: CancellationToken, job: Job) {
        stop.run_until_cancelled(async { while job.batch().await {} }).await;
    }
}
// ANCHOR_END: polling
