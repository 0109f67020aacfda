//! The book and its runs over HTTP. Nothing foreign starts, reads or stops a run; every refusal is a sentence.

mod api;
mod app;
mod base;
mod body;
mod class;
mod clients;
mod cookies;
mod created;
mod forwarded;
mod guard;
mod headers;
mod join;
mod manifest;
mod metrics;
mod mine;
mod peer;
mod refusal;
mod refusal_counts;
pub mod serve;
mod site;
mod socket;
mod turns;

pub use app::{App, Sockets};
pub use base::Base;
pub use class::{ClassApp, Opened, Opens};
pub use clients::Clients;
pub use guard::Guard;
pub use join::{BadCode, Code, Join};
pub use peer::Peer;
pub use refusal_counts::RefusalCounts;
pub use site::Site;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    middleware::{from_fn, from_fn_with_state},
    routing::get,
};
use std::sync::Arc;
use still_running_protocol::SITE;

/// All routes.
pub fn router(app: App) -> Router {
    let guard = from_fn_with_state(app.guard.clone(), guard::check);
    let api = api::routes()
        .route_layer(guard.clone())
        .layer(DefaultBodyLimit::max(body::MOST))
        .layer(from_fn(headers::for_data));
    let metrics = Router::new().route("/metrics", get(metrics::metrics)).route_layer(guard);
    let site =
        Router::new().route(&format!("/{SITE}"), get(manifest::manifest)).fallback(site::file);
    let inside = Router::new().nest("/api", api).merge(metrics).merge(site);
    // It tells nothing but that the server lives.
    let outside = Router::new().route("/healthz", get(|| async { "ok\n" }));
    let inside = class::add(inside, &app);
    let all = match &app.join {
        None => inside.merge(outside),
        Some(join) => behind(join, inside).merge(outside),
    };
    let all = class::add_door(all, &app);
    all.layer(from_fn_with_state(app.refusals.clone(), refusal_counts::count))
        .layer(from_fn(headers::for_all))
        .layer(from_fn_with_state(app.clone(), forwarded::believe))
        .with_state(app)
}

/// All that only those who joined may see, and where they join.
fn behind(join: &Arc<Join>, inside: Router<App>) -> Router<App> {
    let door = Router::new().route("/join", get(join::door)).with_state(join.clone());
    inside.layer(from_fn_with_state(join.clone(), join::check)).merge(door)
}
