//! The right guard, in a variable that nobody needs. `let _ =` keeps nothing: the guard is dropped at once, and the thread
//! is told to stop before its first step. Nothing outlives its limit, and nothing is done.
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
        let stop = CancellationToken::new();
        #[expect(let_underscore_drop, reason = "the lint is right, and few have it on")]
        let _ = stop.clone().drop_guard();
        let thread = spawn_blocking(move || {
            work.steps().take_while(|_| !stop.is_cancelled()).for_each(|step| work.block(step));
        });
        thread.await.map_err(lost)
    }
}
