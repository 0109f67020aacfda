//! A limit around each wait, where the work is begun. It ends the *wait*: what the handle stands for runs on, a task no
//! less than a thread.
use crate::*;

pub(crate) struct Server;

/// What any of this may take; the layer has its own, tighter limit.
const LIMIT: Duration = ms(500);

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        fixed::Server::guard(app, limit)
    }

    async fn task(work: Work) -> Reply {
        let task = timeout(LIMIT, tokio::spawn(work.run()));
        task.await.map_err(|_| StatusCode::GATEWAY_TIMEOUT)?.map_err(lost)
    }

    async fn blocking(work: Work) -> Reply {
        let thread = timeout(LIMIT, spawn_blocking(move || work.block_all()));
        thread.await.map_err(|_| StatusCode::GATEWAY_TIMEOUT)?.map_err(lost)
    }
}
