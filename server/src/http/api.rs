use super::{
    App, Guard, body::Body, class::Teacher, created::created, mine, peer::PeerOf, refusal::Denial,
    socket, turns,
};
use crate::runs::{Request, Run, Runs, Seat};
use axum::{
    Json, RequestPartsExt, Router,
    extract::{
        FromRequestParts, Path, Query, State, WebSocketUpgrade, rejection::QueryRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    response::Response,
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, request::Parts};
use labkit_wire::Need;
use serde::Deserialize;
use std::sync::Arc;
use still_running_protocol::{LabInfo, Labs, NewRun, RunInfo};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/labs", get(labs))
        .route("/labs/{slug}/mine", get(mine::read).put(mine::save))
        .route("/labs/{slug}/mine/check", post(mine::check))
        .route("/runs", post(start))
        .route("/runs/{id}", get(info).delete(stop))
        .route("/runs/{id}/socket", get(watch))
        .fallback(nothing)
        .method_not_allowed_fallback(wrong_method)
}

async fn labs(
    State(runs): State<Arc<Runs>>,
    State(guard): State<Arc<Guard>>,
    peer: PeerOf,
    headers: HeaderMap,
) -> Json<Labs> {
    let missing = |lab: &crate::catalog::Lab| {
        lab.needs(Need::Postgres).then(crate::postgres::missing).flatten()
    };
    let info =
        |lab: &crate::catalog::Lab| LabInfo { lab: lab.description.clone(), missing: missing(lab) };
    let mine = runs.can_build() && guard.sits_here(peer.0, &headers);
    let catalog = &runs.means.catalog;
    let labs = catalog.labs().iter().map(|lab| info(lab)).collect();
    Json(Labs { labs, mine, building: catalog.being_built() })
}

async fn start(
    State(app): State<App>,
    peer: PeerOf,
    headers: HeaderMap,
    Body(new): Body<NewRun>,
) -> Result<Response, Denial> {
    let may_build = app.guard.sits_here(peer.0, &headers);
    let who = turns::who(&app, peer.0, &headers);
    let NewRun { lab, variant, knobs } = new;
    let run =
        app.runs.start(Request { lab: &lab, variant: &variant, knobs, may_build, who: &who })?;
    Ok(created(&run))
}

async fn info(Known(run): Known) -> Json<RunInfo> {
    Json(run.info())
}

/// Answers when no process of the run is left.
async fn stop(teacher: Option<Teacher>, Known(run): Known) -> Result<StatusCode, Denial> {
    if teacher.is_none() && run.is_shown() {
        return Err(teachers_run());
    }
    run.stop();
    run.ended().await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Offset {
    #[serde(default)]
    from: u64,
}

async fn watch(
    State(app): State<App>,
    peer: PeerOf,
    teacher: Option<Teacher>,
    Known(run): Known,
    from: Result<Query<Offset>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Denial> {
    let from = from.map_err(|_| bad_offset())?.from;
    let upgrade = upgrade.map_err(|_| not_a_socket())?;
    let App { runs, sockets, .. } = &app;
    let held =
        sockets.clients.hold(peer.0.0.ip()).ok_or_else(|| too_many(sockets.clients.most()))?;
    let as_guest = teacher.is_none() && run.is_shown();
    let take = if as_guest { Seat::guest } else { Seat::take };
    let seat = take(run, from, runs.means.limits.window()).ok_or_else(bad_offset)?;
    Ok(socket::open(upgrade, seat, held, sockets))
}

/// The run that the path names.
struct Known(Arc<Run>);

impl FromRequestParts<App> for Known {
    type Rejection = Denial;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Denial> {
        // What is no text is no id of ours either.
        let id = parts.extract::<Path<String>>().await.ok();
        let shown = |id: &str| app.class.as_ref()?.stage.run(id);
        let known = id.and_then(|Path(id)| app.runs.get(&id).or_else(|| shown(&id)));
        known.map(Self).ok_or_else(Denial::unknown_run)
    }
}

fn bad_offset() -> Denial {
    let why = "The offset to go on from is a number of bytes that the run has printed already. Leave `from` out to begin at the start.";
    Denial::new(StatusCode::BAD_REQUEST, "bad-offset", why)
}

fn teachers_run() -> Denial {
    let why = "This run is the teacher's, and all watch it: only the teacher ends it. Start one of your own.";
    Denial::new(StatusCode::FORBIDDEN, "teachers-run", why)
}

fn not_a_socket() -> Denial {
    let why = "This address is a WebSocket. Open it as one.";
    Denial::new(StatusCode::BAD_REQUEST, "not-a-websocket", why)
}

fn too_many(most: usize) -> Denial {
    let why = format!(
        "{most} terminals are open from your address, which is as many as may be. Close some of them."
    );
    Denial::new(StatusCode::TOO_MANY_REQUESTS, "too-many-sockets", why)
}

async fn nothing() -> Denial {
    Denial::new(
        StatusCode::NOT_FOUND,
        "unknown-route",
        "There is nothing at this address. The labs are at /api/labs.",
    )
}

async fn wrong_method() -> Denial {
    let why = "This address does not do that. Labs are read with GET, runs started with POST and stopped with DELETE, and your own file is saved with PUT.";
    Denial::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", why)
}
