//! What the teacher asks for.

use super::who::{Open, Teacher};
use crate::http::{body::Body, refusal::Denial};
use axum::{
    Json,
    response::{IntoResponse, Response},
};
use http::{StatusCode, header};
use serde::Deserialize;
use still_running_class::{
    Sums,
    rules::{Question, Step},
};

#[derive(Deserialize)]
pub struct Next {
    /// The version that the teacher saw.
    version: i64,
    step: Step,
    #[serde(default)]
    question: Option<Question>,
}

pub async fn step(
    Open(class): Open,
    _: Teacher,
    Body(next): Body<Next>,
) -> Result<StatusCode, Denial> {
    class.hall.step(next.version, next.step, next.question).await?;
    if matches!(next.step, Step::Ask | Step::Again) {
        // What it shows may be the answer. The step has put it away for other servers.
        class.stage.put(None);
    }
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
pub struct Whose {
    /// The pseudonym of somebody in the class.
    alias: String,
}

/// Somebody starts afresh.
pub async fn afresh(
    Open(class): Open,
    _: Teacher,
    Body(Whose { alias }): Body<Whose>,
) -> Result<StatusCode, Denial> {
    class.hall.afresh(&alias).await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn end(Open(class): Open, _: Teacher) -> Result<StatusCode, Denial> {
    class.hall.end().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// All of it, at once.
pub async fn delete(Open(class): Open, _: Teacher) -> Result<StatusCode, Denial> {
    class.hall.delete().await?;
    Ok(StatusCode::NO_CONTENT)
}

pub async fn sums(Open(class): Open, _: Teacher) -> Result<Json<Sums>, Denial> {
    Ok(Json(class.hall.sums().await?))
}

pub async fn csv(Open(class): Open, _: Teacher) -> Result<Response, Denial> {
    let table = still_running_class::csv(&class.hall.sums().await?);
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"class.csv\""),
    ];
    Ok((headers, table).into_response())
}
