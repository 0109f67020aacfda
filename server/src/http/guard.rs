//! Who may start, read or stop runs: pages of this very server, and programs that are not browsers.
//!
//! A page of another site can make a reader's browser send requests here (so we look at `Origin`), and a name
//! it owns can be made to point here (so we look at `Host`).

use super::{Peer, refusal::Denial};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, Uri, header, uri::Authority};
use std::{net::IpAddr, sync::Arc};

/// The names this server goes by.
#[derive(Debug, Clone, Default)]
pub struct Guard {
    /// Names beside the loopback ones.
    pub hosts: Vec<String>,
    /// Whether others than this machine's own readers may come. Then any literal address is a good name
    /// for us, for no foreign page can make one of its own point here.
    pub remote: bool,
}

pub async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.allows(request.uri(), request.headers()) {
        Ok(()) => next.run(request).await,
        Err(no) => no.into_response(),
    }
}

impl Guard {
    fn allows(&self, uri: &Uri, headers: &HeaderMap) -> Result<(), Denial> {
        let host = host(uri, headers).ok_or_else(bad_host)?;
        if !self.knows(host.host()) {
            return Err(bad_host());
        }
        let foreign = headers
            .get_all(header::ORIGIN)
            .iter()
            .any(|origin| !is_from(origin.to_str().ok(), &host));
        // A browser says it once. Said twice, one of the two is a trick, and it is not for us to choose.
        let mut sites = headers.get_all("sec-fetch-site").iter().map(http::HeaderValue::as_bytes);
        let cross = sites.next().is_some_and(|site| site != b"same-origin" && site != b"none")
            || sites.next().is_some();
        if foreign || cross { Err(bad_origin()) } else { Ok(()) }
    }

    fn knows(&self, host: &str) -> bool {
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        match address {
            Some(address) if self.remote || address.is_loopback() => true,
            _ => {
                host.eq_ignore_ascii_case("localhost")
                    || self.hosts.iter().any(|known| known.eq_ignore_ascii_case(host))
            }
        }
    }

    /// Whether this reader sits at this machine, where nobody else may come and nobody in between speaks for them. Only
    /// they may build and run code of their own here, or open a class.
    pub fn sits_here(&self, peer: Peer, headers: &HeaderMap) -> bool {
        let relayed = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
        !self.remote
            && self.hosts.is_empty()
            && peer.0.ip().to_canonical().is_loopback()
            && !relayed.iter().any(|name| headers.contains_key(*name))
    }
}

/// One name, said once: two different ones would be a trick.
fn host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let mut said = headers.get_all(header::HOST).iter();
    let host: Authority = said.next()?.to_str().ok()?.parse().ok()?;
    let same = uri.authority().is_none_or(|authority| *authority == host);
    (said.next().is_none() && same && !host.as_str().contains('@')).then_some(host)
}

/// Whether the page came from the very host it asks.
fn is_from(origin: Option<&str>, host: &Authority) -> bool {
    let Some((scheme, authority)) = origin.and_then(|o| o.split_once("://")) else { return false };
    matches!(scheme, "http" | "https") && authority.eq_ignore_ascii_case(host.as_str())
}

fn bad_host() -> Denial {
    Denial::new(
        StatusCode::FORBIDDEN,
        "foreign-host",
        "This server does not go by that name, so the request may be a trick. Use the address it printed when it \
         started, or start it with --allow-host NAME.",
    )
}

fn bad_origin() -> Denial {
    Denial::new(
        StatusCode::FORBIDDEN,
        "foreign-origin",
        "This request comes from a page of another site, so it is refused. Use the pages of this server.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(guard: &Guard, host: &str, origin: Option<&str>) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        guard.allows(&Uri::from_static("/api/labs"), &headers).is_ok()
    }

    #[test]
    fn loopback_names_are_ours_with_any_port() {
        let guard = Guard::default();
        for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8008", "[::1]:8008", "127.9.9.9"] {
            assert!(allows(&guard, host, None), "{host}");
            assert!(allows(&guard, host, Some(&format!("http://{host}"))), "{host}");
        }
    }

    #[test]
    fn a_name_that_merely_points_here_is_refused() {
        let hosts = [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.1.2",
            "u@localhost",
            "",
        ];
        for host in hosts {
            assert!(!allows(&Guard::default(), host, None), "{host}");
        }
        let class = Guard { hosts: vec!["class.example".into()], remote: true };
        assert!(allows(&class, "class.example:80", Some("https://class.example:80")));
        assert!(allows(&class, "192.168.1.2:80", None) && !allows(&class, "evil.example", None));
    }

    #[test]
    fn a_page_from_elsewhere_is_refused() {
        for origin in [
            "null",
            "http://evil.example",
            "http://localhost:3000",
            "localhost:8008",
            "file://localhost:8008",
        ] {
            assert!(!allows(&Guard::default(), "localhost:8008", Some(origin)), "{origin}");
        }
    }

    #[test]
    fn only_who_sits_here_may_build() {
        let (here, there) = (Peer(([127, 0, 0, 1], 1).into()), Peer(([10, 0, 0, 1], 1).into()));
        let mut headers = HeaderMap::new();
        assert!(Guard::default().sits_here(here, &headers));
        assert!(!Guard::default().sits_here(there, &headers));
        assert!(!Guard { remote: true, ..Guard::default() }.sits_here(here, &headers));
        headers.insert("x-forwarded-for", "10.0.0.1".parse().unwrap());
        assert!(!Guard::default().sits_here(here, &headers));
    }
}
