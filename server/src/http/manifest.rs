use super::{App, class};
use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use http::header;
use still_running_protocol::{Mode, SITE};

/// What tells the page that there is a server: the site's own words, that it is live, and whether there is a class.
pub async fn manifest(State(app): State<App>) -> Response {
    let own = app.site.read(SITE).await.and_then(|file| serde_json::from_slice(&file.bytes).ok());
    let mut manifest = own.unwrap_or_else(|| serde_json::json!({"client": null, "xterm": null}));
    manifest["mode"] = Mode::Live.word().into();
    if app.class.is_some() {
        manifest["class"] = class::SCRIPT.into();
    }
    ([(header::CACHE_CONTROL, "no-cache")], Json(manifest)).into_response()
}
