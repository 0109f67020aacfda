//! Who takes turns with whom: the people of a class, where there is one; else those who come from one address.

use super::{App, cookies, peer::Peer};
use http::HeaderMap;

/// A name for the queue. A cookie that is made up is nobody's.
pub fn who(app: &App, peer: Peer, headers: &HeaderMap) -> String {
    let hall = app.class.as_ref().map(|class| &class.hall);
    let known = |value: &&str| hall.is_some_and(|hall| hall.knows(value));
    let person = cookies::sent(headers, cookies::PERSON).find(known);
    person.map_or_else(|| peer.0.ip().to_string(), str::to_owned)
}
