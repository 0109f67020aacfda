//! A limit around `serve` ends the waiting, and looks like the end of the server. Its connections are tasks of their own: they
//! go on, beside whatever `main` closes next.
use crate::*;

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
        let serving = axum::serve(listener, app);
        let serving = serving.with_graceful_shutdown(stop.clone().cancelled_owned());
        let limit = async {
            stop.cancelled().await;
            sleep(grace).await;
        };
        select! {
            served = serving.into_future() => served.expect("axum's own accept loop never fails"),
            () = limit => {}
        }
    }
}
