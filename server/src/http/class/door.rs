use super::{
    ClassApp,
    who::{Open, TEACHER},
};
use crate::http::{App, cookies, refusal::Denial};
use axum::{
    extract::{Query, State, rejection::QueryRejection},
    response::{AppendHeaders, IntoResponse, Response},
};
use http::{HeaderValue, StatusCode, header};
use serde::Deserialize;

/// As long as a day's workshop.
const LASTS: u32 = 16 * 3600;

#[derive(Deserialize)]
pub struct Key {
    #[serde(default)]
    key: String,
}

/// Where the teacher's link and the projector's lead: any browser that opens one has what it gives. A key is long and random,
/// so it may be tried as often as one likes.
pub async fn door(
    Open(class): Open,
    State(app): State<App>,
    key: Result<Query<Key>, QueryRejection>,
) -> Result<Response, Denial> {
    let key = key.map(|Query(key)| key.key).unwrap_or_default();
    let pass = app.join.as_ref().map(|join| (header::SET_COOKIE, join.cookie()));
    let (to, teacher) = match &key {
        key if class.hall.teacher().is(key) => ("./", Some(teaches(&class))),
        key if class.hall.screen().is(key) => ("class/screen.html", None),
        _ => return Err(not_a_link()),
    };
    let cookies = pass.into_iter().chain(teacher.map(|cookie| (header::SET_COOKIE, cookie)));
    let go = [(header::LOCATION, to), (header::CACHE_CONTROL, "no-store")];
    Ok((StatusCode::SEE_OTHER, go, AppendHeaders(cookies.collect::<Vec<_>>())).into_response())
}

/// What makes a browser the teacher's.
pub fn teaches(class: &ClassApp) -> HeaderValue {
    cookies::keep(TEACHER, class.hall.teacher().text(), LASTS)
}

fn not_a_link() -> Denial {
    let why = "This is no link of this class. Look at the one that the server printed when it started: it must be whole.";
    Denial::new(StatusCode::FORBIDDEN, "wrong-link", why)
}
