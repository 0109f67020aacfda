//! The page where one joins. It loads nothing, so that it can be shown to anybody.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

pub const WRONG: &str =
    "This is not the code of this server. Look at it again: case and dashes do not count.";
pub const UNREAD: &str = "The address could not be read. Type the code here.";
pub const TOO_OFTEN: &str =
    "Too many wrong codes came from your address. Wait a minute, then try again.";

const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// Asks for the code; `said` is what was wrong with the last one.
pub fn ask(status: StatusCode, said: &str, to: &str) -> Response {
    let page = include_str!("join.html").replace("{said}", said).replace("{to}", inside(to));
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
    ];
    (status, headers, page).into_response()
}

/// Where one joins who meant to go to `path`.
pub fn address(path: &str) -> String {
    format!("/join?to={}", utf8_percent_encode(path, NON_ALPHANUMERIC))
}

/// A page of this server; the first, where `to` is none.
pub fn inside(to: &str) -> &str {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"/-_.~%".contains(&b);
    // `//host` would be a page of another.
    let here = to.starts_with('/') && !to.starts_with("//") && to.bytes().all(plain);
    if here { to } else { "/" }
}

/// Sends the reader on. The address must be one of ours.
pub fn go(to: &str) -> Response {
    let to = HeaderValue::try_from(to).expect("it is plain ASCII");
    let headers =
        [(header::LOCATION, to), (header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
    (StatusCode::SEE_OTHER, headers).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_server_or_into_the_pages_markup() {
        for bad in [
            "",
            "x",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/\"><script>",
            "/a b",
            "/\r\n",
            "/?a=b",
        ] {
            assert_eq!(inside(bad), "/", "{bad:?}");
        }
        assert_eq!(inside("/tasks/lost-line.html"), "/tasks/lost-line.html");
        assert_eq!(address("/a/b.html"), "/join?to=%2Fa%2Fb%2Ehtml");
    }
}
