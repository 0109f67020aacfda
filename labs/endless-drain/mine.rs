//! Yours: start from the bug.
use crate::*;

pub(crate) struct Server;

// ANCHOR: feed
impl Feeds for Server {
    fn feed(news: impl News, _stop: CancellationToken) -> Sse<impl News> {
        Sse::new(news)
    }
}
// ANCHOR_END: feed

// ANCHOR: jobs
impl Jobs for Server {
    async fn next_job(queue: Queue, _stop: CancellationToken) -> Reply {
        let job = queue.next().await;
        (StatusCode::OK, job)
    }
}
// ANCHOR_END: jobs

// ANCHOR: silent
impl Serve for Server {
    async fn serve(listener: Reads, app: Router, stop: CancellationToken, _grace: Duration) {
        let serving = axum::serve(listener, app);
        let served = serving.with_graceful_shutdown(stop.cancelled_owned()).await;
        served.expect("axum's own accept loop never fails");
    }
}
// ANCHOR_END: silent
