//! From the first connection to the last: how all of it stops.
//!
//! 1. No new connection is accepted. 2. Every run is asked to end, and its tree is gone before it counts as
//!    ended. 3. Viewers read on to the last byte and are told why. 4. Connections finish the request they are
//!    in, and PostgreSQL ends. What has not ended by [`GRACE`] is abandoned: it is a peer that does not read,
//!    or a process that the kernel holds; the latter is still its keeper's to kill.

use super::{App, Opened, Peer, base::Way};
use axum::{
    Router,
    body::Body,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::{
    future::Future,
    net::SocketAddr,
    pin::pin,
    sync::{Arc, OnceLock},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Instant, sleep, timeout_at},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::Service;
use tracing::{debug, warn};

/// How long those who are connected may take to say goodbye.
const GRACE: Duration = Duration::from_millis(1500);
/// How long a client may take over the head of a request.
const HEAD: Duration = Duration::from_secs(15);

/// Serves until `stop`; when this returns, no task and no process is left.
pub async fn serve(listener: TcpListener, app: App, stop: impl Future<Output = ()>) {
    let (connections, closing) = (TaskTracker::new(), CancellationToken::new());
    let routes = Arc::new(Routes::new(app.clone()));
    let mut stop = pin!(stop);
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => drop(connections.spawn(talk(stream, peer, routes.clone(), closing.clone()))),
                // Out of file descriptors, most likely: those who leave make room.
                Err(error) => { warn!(%error, "a connection could not be accepted"); sleep(Duration::from_millis(50)).await }
            },
            () = &mut stop => break,
        }
    }
    drop(listener);
    shut_down(app, connections, closing).await;
}

async fn shut_down(app: App, connections: TaskTracker, closing: CancellationToken) {
    let deadline = Instant::now() + GRACE;
    let runs = timeout_at(deadline, app.runs.shut_down()).await;
    closing.cancel();
    app.sockets.closing.cancel();
    app.sockets.tasks.close();
    connections.close();
    let goodbyes = async {
        tokio::join!(app.sockets.tasks.wait(), connections.wait(), app.runs.end_postgres());
    };
    if timeout_at(deadline, goodbyes).await.is_err() {
        debug!("some peers did not read to the end");
        app.sockets.abandon.cancel();
        app.sockets.tasks.wait().await;
    }
    let opened = app.opens.as_ref().and_then(|opens| opens.opened());
    if let Some(class) = app.class.as_ref().or(opened.map(|opened| &opened.class)) {
        class.hall.close().await;
    }
    if runs.is_err() {
        // Its keeper goes on killing when we are gone.
        warn!("a process does not die; it is most likely stuck in the kernel");
    }
}

async fn talk(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Arc<Routes>,
    closing: CancellationToken,
) {
    // Without this the last bytes of a run wait for an acknowledgement, for 40 ms.
    if let Err(error) = stream.set_nodelay(true) {
        debug!(%error, "nodelay");
    }
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(Peer(peer));
        answer(routes.clone(), request.map(Body::new))
    });
    let connection = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD)
        .max_buf_size(64 << 10)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = closing.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        debug!(%error, %peer, "a connection ended badly");
    }
}

/// All routes, as they are now.
struct Routes {
    app: App,
    plain: Router,
    /// From the first request on that comes after a class was opened.
    with_class: OnceLock<Router>,
}

impl Routes {
    fn new(app: App) -> Self {
        Self { plain: routes_of(&app), app, with_class: OnceLock::new() }
    }

    fn now(&self) -> Router {
        let opened = self.app.opens.as_ref().and_then(|opens| opens.opened());
        let with = |opened: &Opened| routes_of(&self.app.with_class(opened.clone()));
        let now = opened.map(|opened| self.with_class.get_or_init(|| with(opened)));
        now.unwrap_or(&self.plain).clone()
    }
}

/// The routes of a server, which follows the other servers of its class from then on, where it has one.
fn routes_of(app: &App) -> Router {
    app.sockets.tasks.spawn(super::class::follow(app.clone()));
    super::router(app.clone())
}

/// What a router never fails to give, at the root or below the base.
async fn answer(
    routes: Arc<Routes>,
    mut request: hyper::Request<Body>,
) -> Result<Response, std::convert::Infallible> {
    let (base, mut router) = (&routes.app.base, routes.now());
    match base.enter(&mut request) {
        Way::Root => router.call(request).await,
        Way::Slash => {
            let go = [(header::LOCATION, base.slash())];
            Ok((StatusCode::PERMANENT_REDIRECT, go).into_response())
        }
        Way::Inside => {
            let mut response = router.call(request).await?;
            base.leave(response.headers_mut());
            Ok(response)
        }
    }
}
