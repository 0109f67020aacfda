use super::{App, class, peer::PeerOf};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, header};
use still_running_protocol::{Mode, SITE};

/// What tells the page that there is a server: the site's own words, that it is live, and whether there is a class, or who asks
/// may open one.
pub async fn manifest(State(app): State<App>, peer: PeerOf, headers: HeaderMap) -> Response {
    let own = app.site.read(SITE).await.and_then(|file| serde_json::from_slice(&file.bytes).ok());
    let mut manifest = own.unwrap_or_else(|| serde_json::json!({"client": null, "xterm": null}));
    manifest["mode"] = Mode::Live.word().into();
    if app.class.is_some() {
        manifest["class"] = class::SCRIPT.into();
    } else if app.guard.sits_here(peer.0, &headers) {
        manifest["opens"] = class::OPENS.into();
    }
    ([(header::CACHE_CONTROL, "no-cache")], Json(manifest)).into_response()
}
