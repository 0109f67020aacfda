use crate::runs::Run;
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use still_running_protocol::Created;

/// The answer to whoever started a run: where to watch and stop it.
pub fn created(run: &Run) -> Response {
    let path = format!("/api/runs/{}", run.id);
    let created = Created { id: run.id.clone(), socket: format!("{path}/socket") };
    (StatusCode::CREATED, [(header::LOCATION, path)], Json(created)).into_response()
}
