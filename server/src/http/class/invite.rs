use super::who::Open;
use crate::http::{base::Below, refusal::Denial};
use axum::{Extension, Json};
use http::{HeaderMap, header, uri::Authority};
use serde_json::{Value, json};
use std::net::IpAddr;

/// What a projector shows to those who are to join: only who is in may ask, and they have the code already.
pub async fn invite(
    Open(class): Open,
    below: Option<Extension<Below>>,
    headers: HeaderMap,
) -> Result<Json<Value>, Denial> {
    let said = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let host = said(header::HOST).and_then(|host| host.parse::<Authority>().ok());
    // A projector on the server's own machine came by a name that leads nobody else here.
    let host = host.filter(|host| !is_loopback(host.host()));
    let host = host.map_or_else(|| class.reachable.to_string(), |host| host.to_string());
    let scheme = match said(header::HeaderName::from_static("x-forwarded-proto")) {
        Some("https") => "https",
        _ => "http",
    };
    let code = class.hall.code();
    let typed = percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC);
    let base = below.map_or_else(String::new, |Extension(Below(base))| base);
    let address = format!("{scheme}://{host}{base}/join");
    let link = format!("{address}?code={typed}");
    Ok(Json(
        json!({ "code": code, "address": address, "link": link, "qr": still_running_class::qr_svg(&link) }),
    ))
}

fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}
