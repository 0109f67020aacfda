//! One type for task and thread alike: both give a `JoinHandle`, and it aborts on drop. A task ends at its next await. A
//! thread has none, and runs to its end.
use crate::*;

pub(crate) struct Server;

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        fixed::Server::guard(app, limit)
    }

    async fn task(work: Work) -> Reply {
        fixed::Server::task(work).await
    }

    async fn blocking(work: Work) -> Reply {
        let thread = AbortOnDropHandle::new(spawn_blocking(move || {
            work.steps().for_each(|step| work.block(step));
        }));
        thread.await.map_err(lost)
    }
}
