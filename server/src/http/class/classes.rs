//! A class is opened by who sits at this machine; its teacher is told its links again.

use super::{
    ClassApp,
    address::Address,
    door,
    opens::{Opened, Opens},
    who::{Open, Teacher},
};
use crate::http::{App, body::Body, peer::PeerOf, refusal::Denial};
use axum::{
    Json,
    extract::State,
    response::{AppendHeaders, IntoResponse, Response},
};
use http::{HeaderMap, StatusCode, header};
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// As long as a line on the wall.
const LONGEST: usize = 80;

#[derive(Deserialize)]
pub struct New {
    /// What it is called, on its pages.
    #[serde(default)]
    name: String,
}

/// The browser that asked is its teacher's from then on, and inside like those who typed the code.
pub async fn open(
    State(app): State<App>,
    peer: PeerOf,
    headers: HeaderMap,
    address: Address,
    Body(new): Body<New>,
) -> Result<Response, Denial> {
    let opens = may(&app, peer, &headers)?;
    let name = named(new.name)?;
    // Whoever asked may go away halfway: it is opened all the same, and known.
    let opening = app.sockets.tasks.spawn(async move { opens.open(name).await });
    let Opened { class, join } = opening.await.map_err(|_| stopping())??;
    let cookies = [join.cookie(), door::teaches(&class)].map(|cookie| (header::SET_COOKIE, cookie));
    Ok((StatusCode::CREATED, AppendHeaders(cookies), Json(links(&class, &address))).into_response())
}

/// Where it would be kept, said before it is opened.
pub async fn offer(
    State(app): State<App>,
    peer: PeerOf,
    headers: HeaderMap,
) -> Result<Json<Value>, Denial> {
    Ok(Json(json!({ "kept": may(&app, peer, &headers)?.kept() })))
}

fn may(app: &App, peer: PeerOf, headers: &HeaderMap) -> Result<Arc<Opens>, Denial> {
    let sits_here = app.guard.sits_here(peer.0, headers);
    app.opens.clone().filter(|_| sits_here).ok_or_else(not_here)
}

pub async fn again(Open(class): Open, _: Teacher, address: Address) -> Json<Value> {
    Json(links(&class, &address))
}

fn named(name: String) -> Result<String, Denial> {
    match name.trim() {
        "" => Ok("Class".to_owned()),
        short if short.chars().count() <= LONGEST => Ok(short.to_owned()),
        _ => Err(too_long()),
    }
}

/// All that a teacher hands out or keeps, and whether it leads others here.
fn links(class: &ClassApp, address: &Address) -> Value {
    let at = address.of(class);
    let (code, join) = (class.hall.code(), at.join(class));
    let key = |token: still_running_class::Token| format!("{}/teach?key={}", at.base, token.text());
    json!({
        "code": code,
        "qr": still_running_class::qr_svg(&join),
        "join": join,
        "teacher": key(class.hall.teacher()),
        "screen": key(class.hall.screen()),
        "kept": class.hall.place().named(),
        "others": !at.is_here_only,
        "command": class.for_others,
    })
}

fn not_here() -> Denial {
    let why = "A class is opened by who sits at the machine of this server, where nobody else may come yet. Or start the server with \
        --class: it prints the links.";
    Denial::new(StatusCode::FORBIDDEN, "class-not-here", why)
}

fn too_long() -> Denial {
    let why = format!("The name of a class has at most {LONGEST} letters. Take a shorter one.");
    Denial::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-name", why)
}

pub fn stopping() -> Denial {
    let why = "The server is stopping. Start it again.";
    Denial::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", why)
}
