//! Behind a proxy all come from one address. Where we are told to believe it, what it says of its clients takes that place.

use super::{App, Peer};
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::HeaderMap;
use std::net::{IpAddr, SocketAddr};

pub async fn believe(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if app.trust_forwarded
        && let Some(client) = client(request.headers())
    {
        request.extensions_mut().insert(Peer(SocketAddr::new(client, 0)));
    }
    next.run(request).await
}

/// The last address: the one that the proxy itself saw and added. What stands before it, anybody may have written.
fn client(headers: &HeaderMap) -> Option<IpAddr> {
    let last = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_proxy_added_is_believed() {
        let said = |lines: &[&str]| {
            let lines =
                lines.iter().map(|l| ("x-forwarded-for".parse().unwrap(), l.parse().unwrap()));
            client(&lines.collect())
        };
        assert_eq!(said(&["10.0.0.1"]), "10.0.0.1".parse().ok());
        assert_eq!(said(&["1.2.3.4, 10.0.0.2"]), "10.0.0.2".parse().ok());
        assert_eq!(said(&["1.2.3.4", "::1"]), "::1".parse().ok());
        for bad in [&[][..], &["nonsense"], &["10.0.0.1, "], &["10.0.0.1:80"]] {
            assert_eq!(said(bad), None, "{bad:?}");
        }
    }
}
