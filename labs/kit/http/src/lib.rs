//! Servers, a client and stalling peers for labs over plain HTTP on the loopback, so that a lab is about its subject.

mod error;
mod reads;
mod stalls;

pub use error::{causes, timed_out};
pub use reads::Reads;
pub use stalls::{NeverResolves, Stalls};

use axum::{
    Router,
    serve::{Listener, ListenerExt},
};
use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::net::TcpListener;
use tokio_util::task::AbortOnDropHandle;

/// A site that is served until this is dropped. Its open connections are tasks of their own, and end with their clients.
pub struct Site {
    addr: SocketAddr,
    accepted: Arc<AtomicUsize>,
    _serve: AbortOnDropHandle<io::Result<()>>,
}

impl Site {
    /// Serves `app` on a free port of the loopback, with axum's own settings.
    pub async fn start(app: Router) -> io::Result<Self> {
        Self::serve(listen().await?, app)
    }

    /// The same, and `on_read` hears of each time the server reads from a connection, and how many bytes it got: 0 at the end of
    /// the stream. It is called before the server makes anything of them.
    pub async fn start_heard(
        app: Router,
        on_read: impl Fn(usize) + Send + Sync + 'static,
    ) -> io::Result<Self> {
        Self::serve(Reads::of(listen().await?, on_read), app)
    }

    fn serve(listener: impl Listener<Addr = SocketAddr>, app: Router) -> io::Result<Self> {
        let (addr, accepted) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let count = accepted.clone();
        let counting = listener.tap_io(move |_| {
            count.fetch_add(1, SeqCst);
        });
        let serve = AbortOnDropHandle::new(tokio::spawn(axum::serve(counting, app).into_future()));
        Ok(Self { addr, accepted, _serve: serve })
    }

    /// How many connections it has taken so far.
    pub fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The URL of a path that begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.addr)
    }
}

/// Listens on a free port of the loopback.
pub async fn listen() -> io::Result<TcpListener> {
    TcpListener::bind("127.0.0.1:0").await
}

/// A client with nothing set: no timeout, no proxy to ask, no certificates to load.
pub fn client() -> reqwest::ClientBuilder {
    // reqwest wants a provider though nothing here is encrypted. An error means that there is one already.
    drop(rustls::crypto::ring::default_provider().install_default());
    reqwest::Client::builder().no_proxy().tls_certs_only([])
}
