//! The book and its runs over HTTP. Nothing foreign starts, reads or stops a run; every refusal is a sentence.

mod api;
mod body;
mod clients;
mod guard;
mod headers;
mod join;
mod metrics;
mod refusal;
mod refusals;
pub mod serve;
mod site;
mod socket;

pub use clients::Clients;
pub use guard::Guard;
pub use join::{BadCode, Code, Join};
pub use refusals::Refusals;
pub use site::Site;

use crate::runs::Runs;
use axum::{
    Router,
    extract::{DefaultBodyLimit, FromRef},
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use std::{net::SocketAddr, sync::Arc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::compression::CompressionLayer;

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// What every request may need.
#[derive(Clone)]
pub struct App {
    pub runs: Arc<Runs>,
    pub guard: Arc<Guard>,
    pub site: Arc<Site>,
    pub sockets: Sockets,
    pub refusals: Arc<Refusals>,
    /// Where others than this machine's own readers may come: what lets them in.
    pub join: Option<Arc<Join>>,
}

/// Lets a handler take just the part it needs.
macro_rules! part_of_app {
    ($($field:ident: $part:ty),*) => {
        $(impl FromRef<App> for $part {
            fn from_ref(app: &App) -> Self {
                app.$field.clone()
            }
        })*
    };
}
part_of_app!(runs: Arc<Runs>, guard: Arc<Guard>, site: Arc<Site>, sockets: Sockets, refusals: Arc<Refusals>);

/// The sockets that are open: how many each client has, and who waits for them at the end.
#[derive(Clone)]
pub struct Sockets {
    pub clients: Clients,
    pub tasks: TaskTracker,
    /// Set when those still open are given up.
    pub abandon: CancellationToken,
}

/// All routes.
pub fn router(app: App) -> Router {
    let guard = from_fn_with_state(app.guard.clone(), guard::check);
    let api = api::routes()
        .route_layer(guard.clone())
        .layer(DefaultBodyLimit::max(body::MOST))
        .layer(from_fn(headers::for_data));
    let metrics = Router::new().route("/metrics", get(metrics::metrics)).route_layer(guard);
    let site = Router::new()
        .route("/still-running.json", get(site::manifest))
        .fallback(site::file)
        .layer(CompressionLayer::new());
    let inside = Router::new().nest("/api", api).merge(metrics).merge(site);
    // It tells nothing but that the server lives.
    let outside = Router::new().route("/healthz", get(|| async { "ok\n" }));
    let all = match &app.join {
        None => inside.merge(outside),
        Some(join) => behind(join, inside).merge(outside),
    };
    all.layer(from_fn_with_state(app.refusals.clone(), refusals::count))
        .layer(from_fn(headers::for_all))
        .with_state(app)
}

/// All that only those who joined may see, and where they join.
fn behind(join: &Arc<Join>, inside: Router<App>) -> Router<App> {
    let door = Router::new().route("/join", get(join::door)).with_state(join.clone());
    inside.layer(from_fn_with_state(join.clone(), join::check)).merge(door)
}
