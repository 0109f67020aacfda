//! The built site: from disk, or embedded.

mod assets;
mod policy;

use assets::Asset;
pub use assets::Site;
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Json, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

/// What tells the page that there is a server: the site's own words, and that it is live.
pub async fn manifest(State(site): State<Arc<Site>>) -> Response {
    let own = site
        .read("still-running.json")
        .await
        .and_then(|asset| serde_json::from_slice(&asset.bytes).ok());
    let mut manifest = own.unwrap_or_else(|| serde_json::json!({"client": null, "xterm": null}));
    manifest["mode"] = "live".into();
    ([(header::CACHE_CONTROL, "no-cache")], Json(manifest)).into_response()
}

pub async fn file(
    State(site): State<Arc<Site>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    let Some(path) = clean(uri.path()) else { return not_found(&site).await };
    match site.read(&path).await {
        Some(asset) => answer(&path, asset, &headers),
        // A folder without its slash: relative links on its page need it.
        None if !path.ends_with("index.html")
            && site.read(&format!("{path}/index.html")).await.is_some() =>
        {
            let place = HeaderValue::try_from(format!("{}/", uri.path())).ok();
            place.map_or_else(
                || StatusCode::NOT_FOUND.into_response(),
                |place| {
                    (StatusCode::PERMANENT_REDIRECT, [(header::LOCATION, place)]).into_response()
                },
            )
        }
        None if path == "index.html" => not_built(),
        None => not_found(&site).await,
    }
}

/// A path inside the site, or none where it tries to leave it.
fn clean(path: &str) -> Option<String> {
    let path = percent_decode_str(path).decode_utf8().ok()?;
    let path = path.strip_prefix('/')?;
    // `//host/` would become a redirect to elsewhere; a leading dot hides what is not meant to be read.
    let strange =
        |part: &str| part.is_empty() || part.starts_with('.') || part.contains(['\\', '\0', ':']);
    let folder = path.is_empty() || path.ends_with('/');
    let inside = path.strip_suffix('/').unwrap_or(path);
    if !inside.is_empty() && inside.split('/').any(strange) {
        return None;
    }
    Some(if folder { format!("{path}index.html") } else { path.to_owned() })
}

fn answer(path: &str, asset: Asset, headers: &HeaderMap) -> Response {
    let tag = tag(&asset.bytes);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let mut response = if known.is_some_and(|tags| tags.contains(&tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(asset.bytes.clone()).into_response()
    };
    let headers = response.headers_mut();
    if kind.subtype() == mime_guess::mime::HTML {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy::of(path, &asset.bytes));
    }
    let kind = if kind.type_() == mime_guess::mime::TEXT {
        format!("{kind}; charset=utf-8")
    } else {
        kind.to_string()
    };
    for (name, value) in [(header::CONTENT_TYPE, kind), (header::ETAG, tag)] {
        headers.insert(name, HeaderValue::try_from(value).expect("it is plain ASCII"));
    }
    let cache = if hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// Weak, because the same page may be sent compressed.
fn tag(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    bytes.hash(&mut hasher);
    format!("W/\"{:x}-{:016x}\"", bytes.len(), hasher.finish())
}

/// Whether the name carries a hash of the content, as in `book-8f3a21bc.js`.
fn hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.split('.').next().unwrap_or(name).rsplit('-');
    let last = parts.next().unwrap_or_default();
    parts.next().is_some() && last.len() >= 8 && last.bytes().all(|b| b.is_ascii_hexdigit())
}

async fn not_found(site: &Site) -> Response {
    let page = match site.read("404.html").await {
        Some(asset) => answer("404.html", asset, &HeaderMap::new()),
        None => "There is nothing at this address.\n".into_response(),
    };
    (StatusCode::NOT_FOUND, page).into_response()
}

fn not_built() -> Response {
    let page = include_str!("not_built.html");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8")),
        (header::CONTENT_SECURITY_POLICY, policy::of("index.html", page.as_bytes())),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, page).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leaves_the_site() {
        for bad in [
            "/../Cargo.toml",
            "/a/../../x",
            "/%2e%2e/x",
            "/a/%2e%2e%2fx",
            "/..%5cx",
            "/.git/config",
            "//evil.example/",
            "/a//b",
            "/%00",
            "/a/.",
            "/c:/x",
            "/%ff",
        ] {
            assert_eq!(clean(bad), None, "{bad}");
        }
        assert_eq!(clean("/").as_deref(), Some("index.html"));
        assert_eq!(clean("/tasks/").as_deref(), Some("tasks/index.html"));
        assert_eq!(clean("/tasks/lost-line.html").as_deref(), Some("tasks/lost-line.html"));
    }

    #[test]
    fn only_names_with_a_hash_are_kept_for_ever() {
        assert!(
            hashed("client/still_running_client-0123456789abcdef.js") && hashed("book-8f3a21bc.js")
        );
        assert!(
            !hashed("book.js")
                && !hashed("lost-line.html")
                && !hashed("deadbeef.js")
                && !hashed("a-b.js")
        );
    }
}
