//! What belongs to the class and not to the book: the book's pages load it only where there is a class.

use super::ClassApp;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};

/// A page has no script but ours, and loads nothing from elsewhere.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

macro_rules! files {
    ($($name:literal),*) => {
        &[$(($name, include_str!(concat!("../../../class/pages/", $name)))),*]
    };
}
const FILES: &[(&str, &str)] = files!(
    "afresh.mjs",
    "bars.mjs",
    "class.css",
    "class.mjs",
    "dom.mjs",
    "home.html",
    "home.mjs",
    "link.mjs",
    "open.mjs",
    "ran.mjs",
    "save.mjs",
    "screen.html",
    "screen.mjs",
    "show.mjs",
    "sums.html",
    "sums.mjs",
    "teacher-runs.mjs",
    "teacher.mjs",
    "votes.mjs",
    "wall.mjs"
);

/// Where there is no class yet: the button that opens one, and what it needs.
const BEFORE: &[&str] = &["class.css", "dom.mjs", "link.mjs", "open.mjs"];

pub async fn file(State(class): State<Option<ClassApp>>, Path(asked): Path<String>) -> Response {
    let there = |name: &str| name == asked && (class.is_some() || BEFORE.contains(&name));
    let Some((name, text)) = FILES.iter().find(|(name, _)| there(name)) else {
        return (StatusCode::NOT_FOUND, "There is nothing at this address.\n").into_response();
    };
    let kind = match name.rsplit('.').next() {
        Some("mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        _ => "text/html; charset=utf-8",
    };
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, *text).into_response()
}
