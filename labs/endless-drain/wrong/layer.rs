//! A limit for each request is what axum's own example of a graceful shutdown advises. It is over where the body of an answer begins,
//! and begins where the head of a request is complete.
use crate::*;
use tower_http::timeout::TimeoutLayer;

pub(crate) struct Server;

impl Feeds for Server {
    fn feed(news: impl News, _stop: CancellationToken) -> Sse<impl News> {
        Sse::new(news)
    }
}

impl Jobs for Server {
    async fn next_job(queue: Queue, _stop: CancellationToken) -> Reply {
        let job = queue.next().await;
        (StatusCode::OK, job)
    }
}

impl Serve for Server {
    async fn serve(listener: Reads, app: Router, stop: CancellationToken, grace: Duration) {
        let limit = TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, grace);
        let serving = axum::serve(listener, app.layer(limit));
        let served = serving.with_graceful_shutdown(stop.cancelled_owned()).await;
        served.expect("axum's own accept loop never fails");
    }
}
