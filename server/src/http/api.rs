use super::{App, Guard, Sockets, body::Body, guard::PeerOf, refusal::No, socket};
use crate::runs::{Request, Run, Runs};
use axum::{
    Json, Router,
    extract::{
        Path, Query, State, WebSocketUpgrade, rejection::QueryRejection,
        ws::rejection::WebSocketUpgradeRejection,
    },
    response::{IntoResponse, Response},
    routing::{get, post},
};
use http::{HeaderMap, StatusCode, header};
use labkit_wire::Need;
use serde::Deserialize;
use std::{collections::BTreeMap, sync::Arc};
use still_running_protocol::{Created, LabInfo, Labs, NewRun, Reason, RunInfo};

pub fn routes() -> Router<App> {
    Router::new()
        .route("/labs", get(labs))
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
    let mine = runs.can_build() && guard.may_build(peer.0, &headers);
    Json(Labs { labs: runs.catalog.labs.iter().map(|lab| info(lab)).collect(), mine })
}

async fn start(
    State(runs): State<Arc<Runs>>,
    State(guard): State<Arc<Guard>>,
    peer: PeerOf,
    headers: HeaderMap,
    Body(new): Body<NewRun>,
) -> Result<Response, No> {
    let may_build = guard.may_build(peer.0, &headers);
    let knobs = typed(new.knobs)?;
    let run = runs.start(Request { lab: &new.lab, variant: &new.variant, knobs, may_build })?;
    let path = format!("/api/runs/{}", run.id);
    let created = Created { id: run.id.clone(), socket: format!("{path}/socket") };
    Ok((StatusCode::CREATED, [(header::LOCATION, path)], Json(created)).into_response())
}

/// As somebody would type them.
fn typed(knobs: BTreeMap<String, serde_json::Value>) -> Result<BTreeMap<String, String>, No> {
    let typed = |(name, value)| match value {
        serde_json::Value::String(word) => Ok((name, word)),
        serde_json::Value::Number(number) => Ok((name, number.to_string())),
        _ => {
            let why = "A knob's value is a number or a word. Send one of these.";
            Err(No::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-knob", why))
        }
    };
    knobs.into_iter().map(typed).collect()
}

async fn info(State(runs): State<Arc<Runs>>, Path(id): Path<String>) -> Result<Json<RunInfo>, No> {
    Ok(Json(find(&runs, &id)?.info()))
}

/// Answers when no process of the run is left.
async fn stop(State(runs): State<Arc<Runs>>, Path(id): Path<String>) -> Result<StatusCode, No> {
    let run = find(&runs, &id)?;
    run.end(Reason::Stopped);
    run.ended().await;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct Offset {
    #[serde(default)]
    from: u64,
}

async fn watch(
    State(runs): State<Arc<Runs>>,
    State(sockets): State<Sockets>,
    peer: PeerOf,
    Path(id): Path<String>,
    from: Result<Query<Offset>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, No> {
    let run = find(&runs, &id)?;
    let from = from.map_err(|_| bad_offset())?.from;
    let upgrade = upgrade.map_err(|_| not_a_socket())?;
    let held =
        sockets.clients.hold(peer.0.0.ip()).ok_or_else(|| too_many(sockets.clients.most()))?;
    let seat = crate::runs::Seat::take(run, from, runs.limits.window()).ok_or_else(bad_offset)?;
    Ok(socket::open(upgrade, seat, held, &sockets))
}

fn find(runs: &Runs, id: &str) -> Result<Arc<Run>, No> {
    runs.get(id).ok_or_else(No::unknown_run)
}

fn bad_offset() -> No {
    let why = "The offset to go on from is a number of bytes that the run has printed already. Leave `from` out to begin at the start.";
    No::new(StatusCode::BAD_REQUEST, "bad-offset", why)
}

fn not_a_socket() -> No {
    let why = "This address is a WebSocket. Open it as one.";
    No::new(StatusCode::BAD_REQUEST, "not-a-websocket", why)
}

fn too_many(most: usize) -> No {
    let why = format!(
        "{most} terminals are open from your address, which is as many as may be. Close some of them."
    );
    No::new(StatusCode::TOO_MANY_REQUESTS, "too-many-sockets", why)
}

async fn nothing() -> No {
    No::new(
        StatusCode::NOT_FOUND,
        "unknown-route",
        "There is nothing at this address. The labs are at /api/labs.",
    )
}

async fn wrong_method() -> No {
    let why = "This address does not do that. Labs are read with GET, runs started with POST and stopped with DELETE.";
    No::new(StatusCode::METHOD_NOT_ALLOWED, "wrong-method", why)
}
