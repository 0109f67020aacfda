//! tower-http has a timeout for bodies, and this is it. It limits the pause between two pieces. A body that drips has no
//! long pause, and no end.
use crate::*;
use tower_http::timeout::ResponseBodyTimeoutLayer;

pub(crate) struct Server;

impl Guards for Server {
    fn guard(app: Router, limit: Duration) -> Router {
        app.layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, limit))
            .layer(ResponseBodyTimeoutLayer::new(limit))
    }

    async fn task(work: Work) -> Reply {
        fixed::Server::task(work).await
    }

    async fn blocking(work: Work) -> Reply {
        fixed::Server::blocking(work).await
    }
}
