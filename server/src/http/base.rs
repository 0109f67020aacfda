//! Below a path of another site: a proxy hands on what begins with it, and we answer as if we lay at the root. Whoever comes past
//! the proxy, without the path, is answered as ever.

use http::{HeaderMap, HeaderValue, Request, Uri, header, uri::PathAndQuery};
use std::str::FromStr;

/// Such as `/workshop`; empty where this server has a name of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base(String);

/// A path that this server can't lie below.
#[derive(Debug, thiserror::Error)]
#[error(
    "it begins with a slash, and has letters, digits, dashes, dots and underscores, such as /workshop"
)]
pub struct BadBase;

impl FromStr for Base {
    type Err = BadBase;

    fn from_str(path: &str) -> Result<Self, BadBase> {
        let path = path.strip_suffix('/').unwrap_or(path);
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        let good =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.bytes().all(plain);
        let parts = path.strip_prefix('/').ok_or(BadBase)?;
        parts.split('/').all(good).then(|| Self(path.to_owned())).ok_or(BadBase)
    }
}

/// What a request was asked for below, on its way to whoever tells others of this server.
#[derive(Debug, Clone)]
pub struct Below(pub String);

/// Where a request leads.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// It did not come through the proxy.
    Root,
    /// It is one of ours now.
    Inside,
    /// The path itself, without the slash that relative links need.
    Slash,
}

impl Base {
    /// Takes the path off.
    pub fn enter<B>(&self, request: &mut Request<B>) -> Way {
        let inside = self.inside(request.uri());
        match inside {
            None => Way::Root,
            Some(None) => Way::Slash,
            Some(Some(uri)) => {
                *request.uri_mut() = uri;
                request.extensions_mut().insert(Below(self.0.clone()));
                Way::Inside
            }
        }
    }

    /// None: not below it. None within: it is the path itself.
    fn inside(&self, uri: &Uri) -> Option<Option<Uri>> {
        let all = uri.path_and_query().map(PathAndQuery::as_str).filter(|_| !self.0.is_empty())?;
        let rest = all.strip_prefix(&self.0)?;
        if rest.is_empty() || rest.starts_with('?') {
            return Some(None);
        }
        let mut parts = uri.clone().into_parts();
        parts.path_and_query = Some(rest.strip_prefix('/').and(rest.parse().ok())?);
        Some(Some(Uri::from_parts(parts).ok()?))
    }

    /// Where relative links lead where they should.
    pub fn slash(&self) -> HeaderValue {
        HeaderValue::try_from(format!("{}/", self.0)).expect("it is plain ASCII")
    }

    /// Puts the path before what a browser is sent to, and keeps cookies below it: another site lies beside us.
    pub fn leave(&self, headers: &mut HeaderMap) {
        if let Some(place) = headers.get(header::LOCATION).and_then(|place| place.to_str().ok())
            && place.starts_with('/')
            && let Ok(place) = HeaderValue::try_from(format!("{}{place}", self.0))
        {
            headers.insert(header::LOCATION, place);
        }
        let http::header::Entry::Occupied(cookies) = headers.entry(header::SET_COOKIE) else {
            return;
        };
        let (name, all) = cookies.remove_entry_mult();
        let all: Vec<_> = all.map(|cookie| self.below(&cookie)).collect();
        for cookie in all {
            headers.append(&name, cookie);
        }
    }

    fn below(&self, cookie: &HeaderValue) -> HeaderValue {
        let below = format!("; Path={}/;", self.0);
        let kept = cookie.to_str().map(|text| text.replace("; Path=/;", &below));
        kept.ok().and_then(|kept| kept.try_into().ok()).unwrap_or_else(|| cookie.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn base() -> Base {
        "/workshop/".parse().unwrap()
    }

    fn enter(path: &str) -> (Way, String) {
        let mut request = Request::get(path).body(()).unwrap();
        (base().enter(&mut request), request.uri().to_string())
    }

    #[test]
    fn the_path_is_taken_off_whole_and_only_at_the_start() {
        assert_eq!(enter("/workshop/a/b?c=/workshop/"), (Way::Inside, "/a/b?c=/workshop/".into()));
        assert_eq!(enter("/workshop/"), (Way::Inside, "/".into()));
        assert_eq!(enter("/workshop?x=1").0, Way::Slash);
        for elsewhere in ["/", "/workshops/a", "/a/workshop/", "/healthz"] {
            assert_eq!(enter(elsewhere), (Way::Root, elsewhere.to_owned()));
        }
        let mut request = Request::get("/a").body(()).unwrap();
        assert_eq!(Base::default().enter(&mut request), Way::Root);
    }

    #[test]
    fn what_a_browser_is_sent_to_and_keeps_lies_below_it() {
        let mut headers = HeaderMap::new();
        headers.insert(header::LOCATION, "/join?to=%2F".parse().unwrap());
        for cookie in ["a=1; Path=/; HttpOnly", "b=2; Path=/; HttpOnly"] {
            headers.append(header::SET_COOKIE, cookie.parse().unwrap());
        }
        base().leave(&mut headers);
        assert_eq!(headers[header::LOCATION], "/workshop/join?to=%2F");
        let cookies: Vec<_> = headers.get_all(header::SET_COOKIE).iter().collect();
        assert_eq!(cookies, ["a=1; Path=/workshop/; HttpOnly", "b=2; Path=/workshop/; HttpOnly"]);
    }

    #[test]
    fn a_path_that_is_none_is_refused() {
        for bad in ["", "/", "workshop", "//evil.example", "/a/../b", "/a b", "/a?b", "/a\"b"] {
            assert!(bad.parse::<Base>().is_err(), "{bad:?}");
        }
        assert_eq!("/a/b-c".parse::<Base>().unwrap(), Base("/a/b-c".into()));
    }
}
