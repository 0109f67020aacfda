//! Where others than this machine's own readers may come, a code lets them in.
//!
//! The code is short, for people read it off a blackboard; so only so many are looked at in a minute. What the cookie
//! holds is long and random, so it may be tried as often as one likes. It is forgotten when the server ends, unless
//! there is a class: that keeps it.

mod attempts;
mod code;
mod page;

pub use code::{BadCode, Code};

use super::{cookies, peer::PeerOf, refusal::Denial};
use attempts::{Attempts, Tried};
use axum::{
    Extension,
    extract::{Query, Request, State, rejection::QueryRejection},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use serde::Deserialize;
use std::{net::IpAddr, sync::Arc};
use still_running_class::{Hall, Refused, Token};
use subtle::ConstantTimeEq;

const COOKIE: &str = "still_running_join";
/// A day's workshop, in seconds.
const COOKIE_LASTS: u32 = 16 * 3600;

/// Who has joined, and who may try to.
#[derive(Debug)]
pub struct Join {
    code: Code,
    /// What the cookie of those who joined holds.
    pass: String,
    attempts: Attempts,
    class: Option<Arc<Hall>>,
}

impl Join {
    pub fn new(code: Code) -> Self {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the system has random numbers");
        let pass = random.iter().map(|byte| format!("{byte:02x}")).collect();
        Self::with_pass(code, pass)
    }

    /// That of a class: whoever has its pass is in already, after a restart as well.
    pub fn of(class: &Arc<Hall>) -> Result<Self, BadCode> {
        let join = Self::with_pass(class.code().parse()?, class.pass().text().to_owned());
        Ok(Self { class: Some(class.clone()), ..join })
    }

    fn with_pass(code: Code, pass: String) -> Self {
        Self { code, pass, attempts: Attempts::default(), class: None }
    }

    fn has_pass(&self, headers: &HeaderMap) -> bool {
        cookies::sent(headers, COOKIE)
            .any(|value| value.as_bytes().ct_eq(self.pass.as_bytes()).into())
    }

    fn try_code(&self, who: IpAddr, typed: &str) -> Tried {
        self.attempts.of(who, || self.code.is(typed))
    }

    /// Programs that keep no cookies send the code itself.
    fn bearer<'a>(&self, headers: &'a HeaderMap) -> Option<&'a str> {
        headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
    }

    /// What makes whoever comes in somebody, where there is a class in which they are nobody yet. It is given here, where a browser
    /// always takes it: an answer to a page that was left already is lost, and who asks for it again would be two.
    async fn person(&self, headers: &HeaderMap) -> Option<HeaderValue> {
        let sent = cookies::sent(headers, cookies::PERSON).next().unwrap_or_default();
        match self.class.as_ref()?.find(sent).await {
            Err(Refused::NotJoined) => Some(cookies::person(Token::random().text())),
            _ => None,
        }
    }

    pub(super) fn cookie(&self) -> HeaderValue {
        cookies::keep(COOKIE, &self.pass, COOKIE_LASTS)
    }
}

/// Lets in who has joined; sends a page's reader to where one joins.
pub async fn check(
    State(join): State<Arc<Join>>,
    Extension(peer): PeerOf,
    request: Request,
    next: Next,
) -> Response {
    if join.has_pass(request.headers()) {
        return next.run(request).await;
    }
    match join.bearer(request.headers()).map(|code| join.try_code(peer.0.ip(), code)) {
        Some(Tried::Right) => next.run(request).await,
        Some(Tried::TooOften) => too_often().into_response(),
        Some(Tried::Wrong) => outside().into_response(),
        None if wants_page(&request) => page::go(&page::address(request.uri().path())),
        None => outside().into_response(),
    }
}

fn wants_page(request: &Request) -> bool {
    let accept = request.headers().get(header::ACCEPT).and_then(|kinds| kinds.to_str().ok());
    let read = matches!(*request.method(), Method::GET | Method::HEAD);
    read && accept.is_some_and(|kinds| kinds.contains("text/html"))
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    code: String,
    /// Where the reader meant to go.
    #[serde(default)]
    to: String,
}

/// The page where one joins, and the way in.
pub async fn door(
    State(join): State<Arc<Join>>,
    Extension(peer): PeerOf,
    headers: HeaderMap,
    asked: Result<Query<Asked>, QueryRejection>,
) -> Response {
    let Ok(Query(asked)) = asked else {
        return page::ask(StatusCode::BAD_REQUEST, page::UNREAD, "");
    };
    if asked.code.is_empty() {
        return page::ask(StatusCode::OK, "", &asked.to);
    }
    match join.try_code(peer.0.ip(), &asked.code) {
        Tried::Right => {
            let mut response = page::go(page::inside(&asked.to));
            for cookie in join.person(&headers).await.into_iter().chain([join.cookie()]) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Tried::Wrong => page::ask(StatusCode::FORBIDDEN, page::WRONG, &asked.to),
        Tried::TooOften => page::ask(StatusCode::TOO_MANY_REQUESTS, page::TOO_OFTEN, &asked.to),
    }
}

fn outside() -> Denial {
    let why = "This server lets in only who has its join code. Open /join in your browser and type the code.";
    Denial::new(StatusCode::UNAUTHORIZED, "join-first", why)
}

fn too_often() -> Denial {
    Denial::new(StatusCode::TOO_MANY_REQUESTS, "too-many-attempts", page::TOO_OFTEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join() -> Join {
        Join::new("deep-water".parse().unwrap())
    }

    fn with_cookie(value: &str) -> HeaderMap {
        HeaderMap::from_iter([(header::COOKIE, value.parse().unwrap())])
    }

    #[test]
    fn the_pass_is_found_among_other_cookies_and_only_whole() {
        let join = join();
        let pass = join.pass.clone();
        assert!(join.has_pass(&with_cookie(&format!("a=b; {COOKIE}={pass}; c=d"))));
        for bad in ["", &pass[..63], "deep-water", &format!("{pass}0")] {
            assert!(!join.has_pass(&with_cookie(&format!("{COOKIE}={bad}"))), "{bad}");
        }
        assert!(!join.has_pass(&with_cookie(&format!("x{COOKIE}={pass}"))));
        assert!(!join.has_pass(&HeaderMap::new()));
    }

    #[test]
    fn the_pass_of_another_server_is_none_here() {
        assert_ne!(join().pass, join().pass);
    }
}
