//! A limit for the handler, a limit for the body, and a tie for all that runs elsewhere.
use crate::*;

pub(crate) struct Server;

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        app.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit))
            .layer(ResponseBodyDeadlineLayer::new(limit))
    }

    async fn task(work: Work) -> Reply {
        let task = AbortOnDropHandle::new(tokio::spawn(work.run()));
        task.await.map_err(lost)
    }

    async fn blocking(work: Work) -> Reply {
        let stop = CancellationToken::new();
        let _on_drop = stop.clone().drop_guard();
        let thread = spawn_blocking(move || {
            work.steps().take_while(|_| !stop.is_cancelled()).for_each(|step| work.block(step));
        });
        thread.await.map_err(lost)
    }
}
