//! The built site: from disk, or embedded.

mod assets;
mod coding;
mod policy;
mod ready;

pub use assets::Site;
use axum::{
    body::Body,
    extract::State,
    response::{IntoResponse, Response},
};
use coding::Coding;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use percent_encoding::percent_decode_str;
use ready::Ready;
use std::sync::Arc;

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
        Some(file) => answer(&path, &file, &headers).await,
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

async fn answer(path: &str, file: &Ready, asked: &HeaderMap) -> Response {
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tags| tags.to_str().ok());
    let mut response = match known {
        Some(tags) if tags.contains(&file.tag) => StatusCode::NOT_MODIFIED.into_response(),
        _ => body(file, asked).await,
    };
    let headers = response.headers_mut();
    headers.extend(file.policy.clone().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
    headers.insert(header::CONTENT_TYPE, file.kind.clone());
    headers.extend(HeaderValue::try_from(&file.tag).ok().map(|tag| (header::ETAG, tag)));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    let cache = if hashed(path) { "public, max-age=31536000, immutable" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    response
}

/// Compressed, where the client takes that and it is worth it.
async fn body(file: &Ready, asked: &HeaderMap) -> Response {
    if let Some(coding) = Coding::of(asked)
        && let Some(packed) = file.packed(coding).await
    {
        return ([(header::CONTENT_ENCODING, coding.header())], Body::from(packed)).into_response();
    }
    Body::from(file.bytes.clone()).into_response()
}

/// Whether the name carries a hash of the content, as in `book-8f3a21bc.js`.
fn hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let mut parts = name.split('.').next().unwrap_or(name).rsplit('-');
    let last = parts.next().unwrap_or_default();
    parts.next().is_some() && last.len() >= 8 && last.bytes().all(|b| b.is_ascii_hexdigit())
}

async fn not_found(site: &Arc<Site>) -> Response {
    let page = match site.read("404.html").await {
        Some(file) => answer("404.html", &file, &HeaderMap::new()).await,
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
