//! One guard, and three places that it does not reach.
use crate::*;

pub(crate) struct Server;

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        app.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit))
    }

    async fn task(work: Work) -> Reply {
        let task = tokio::spawn(work.run());
        task.await.map_err(lost)
    }

    async fn blocking(work: Work) -> Reply {
        let thread = spawn_blocking(move || {
            work.steps().for_each(|step| work.block(step));
        });
        thread.await.map_err(lost)
    }
}
