//! No thread is left behind if the handler does the work itself, and `block_in_place` spares the other tasks. But the limit
//! is a timer of the same task: it can't fire before the work is done.
use crate::*;
use tokio::task::block_in_place;

pub(crate) struct Server;

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        fixed::Server::guard(app, limit)
    }

    async fn task(work: Work) -> Reply {
        fixed::Server::task(work).await
    }

    async fn blocking(work: Work) -> Reply {
        block_in_place(|| work.block_all());
        Ok(())
    }
}
