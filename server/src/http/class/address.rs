//! Where others find this server, as far as a request for it tells.

use super::ClassApp;
use crate::http::base::Below;
use axum::{Extension, RequestPartsExt, extract::FromRequestParts};
use http::{HeaderMap, request::Parts, uri::Authority};
use std::{convert::Infallible, net::IpAddr};

/// What a request says about the way it came.
pub struct Address {
    host: Option<Authority>,
    scheme: &'static str,
    below: String,
}

/// The way to a class.
pub struct At {
    /// The address of the book, without the slash at its end.
    pub base: String,
    /// Only who sits at this machine gets there.
    pub is_here_only: bool,
}

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let below = parts.extract::<Extension<Below>>().await.ok();
        let below = below.map_or_else(String::new, |Extension(Below(base))| base);
        let host = said(&parts.headers, "host").and_then(|host| host.parse().ok());
        let scheme = match said(&parts.headers, "x-forwarded-proto") {
            Some("https") => "https",
            _ => "http",
        };
        Ok(Self { host, scheme, below })
    }
}

fn said<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

impl Address {
    pub fn of(&self, class: &ClassApp) -> At {
        // Whoever sits at the server's own machine came by a name that leads nobody else here.
        let host = self.host.as_ref().filter(|host| !is_loopback(host.host()));
        let is_here_only = host.is_none() && class.reachable.ip().is_loopback();
        let host = host.map_or_else(|| class.reachable.to_string(), ToString::to_string);
        At { base: format!("{}://{host}{}", self.scheme, self.below), is_here_only }
    }
}

impl At {
    /// With the code inside, so that nobody types.
    pub fn join(&self, class: &ClassApp) -> String {
        let code = class.hall.code();
        let typed = percent_encoding::utf8_percent_encode(code, percent_encoding::NON_ALPHANUMERIC);
        format!("{}/join?code={typed}", self.base)
    }
}

fn is_loopback(host: &str) -> bool {
    let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    host.eq_ignore_ascii_case("localhost") || address.is_some_and(|address| address.is_loopback())
}
