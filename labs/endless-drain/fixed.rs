//! Whoever waits for news hears of the stop too, and what does not end by itself is ended when the grace is over.
use crate::*;

pub(crate) struct Server;

// ANCHOR: feed
impl Feeds for Server {
    fn feed(news: impl News, stop: CancellationToken) -> Sse<impl News> {
        Sse::new(news.take_until(stop.cancelled_owned()))
    }
}
// ANCHOR_END: feed

// ANCHOR: jobs
impl Jobs for Server {
    async fn next_job(queue: Queue, stop: CancellationToken) -> Reply {
        match stop.run_until_cancelled(queue.next()).await {
            Some(job) => (StatusCode::OK, job),
            None => (StatusCode::SERVICE_UNAVAILABLE, "ask the next server".into()),
        }
    }
}
// ANCHOR_END: jobs

// ANCHOR: silent
impl Serve for Server {
    async fn serve(mut listener: Reads, app: Router, stop: CancellationToken, grace: Duration) {
        let http = auto::Builder::new(TokioExecutor::new());
        let (drain, cut) = (GracefulShutdown::new(), CancellationToken::new());
        let connections = TaskTracker::new();
        while let Some((io, _)) = stop.run_until_cancelled(listener.accept()).await {
            let service = TowerToHyperService::new(app.clone());
            let connection = http.serve_connection_with_upgrades(TokioIo::new(io), service);
            let watched = drain.watch(connection.into_owned());
            connections.spawn(cut.clone().run_until_cancelled_owned(watched));
        }
        drop(listener);
        if timeout(grace, drain.shutdown()).await.is_err() {
            cut.cancel();
        }
        connections.close();
        connections.wait().await;
    }
}
// ANCHOR_END: silent
