//! What the teacher does with runs: shows one to all, ends those of all.

use super::{
    ClassApp,
    stage::{Shows, may_show},
    who::{Open, Teacher},
};
use crate::{
    http::{body::Body, refusal::Denial},
    runs::Runs,
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use still_running_protocol::Reason;
use tokio::time::timeout;

/// How long the teacher's own page may take to watch: it is the one that paces the run.
const FIRST: Duration = Duration::from_secs(2);
/// As long as a name in the book may be.
const LONGEST: usize = 200;

#[derive(Deserialize)]
pub struct Shown {
    /// The id of a run that the teacher started.
    run: String,
    /// The page of the book that its widget is on.
    page: String,
    widget: String,
}

/// All pages follow that run, from its first byte that is kept.
pub async fn show(
    Open(class): Open,
    _: Teacher,
    State(runs): State<Arc<Runs>>,
    Body(shown): Body<Shown>,
) -> Result<StatusCode, Denial> {
    let Shown { run, page, widget } = shown;
    if page.len() > LONGEST || widget.len() > LONGEST {
        return Err(too_long());
    }
    let run = runs.get(&run).ok_or_else(Denial::unknown_run)?;
    // Whoever watches first paces it: not the room. If the teacher's page does not come, it goes on without.
    drop(timeout(FIRST, run.watched()).await);
    if !may_show(class.hall.shown().borrow().class.phase) {
        return Err(question_waits());
    }
    class.stage.put(Some(Shows { run, page, widget }));
    Ok(StatusCode::NO_CONTENT)
}

/// Pages follow nothing any more.
pub async fn put_away(Open(ClassApp { stage, .. }): Open, _: Teacher) -> StatusCode {
    stage.put(None);
    StatusCode::NO_CONTENT
}

/// Ends all runs, whoever's they are; each is told that it was the teacher.
pub async fn stop_all(Open(_): Open, _: Teacher, State(runs): State<Arc<Runs>>) -> Json<Value> {
    Json(json!({ "ended": runs.end_all(Reason::ByTeacher) }))
}

fn question_waits() -> Denial {
    let why = "A question waits for its reveal, and a run would tell its answer. Reveal it or put it away, then show the run.";
    Denial::new(StatusCode::CONFLICT, "question-waits", why)
}

fn too_long() -> Denial {
    let why = "The name of the page or of the widget is longer than any in the book. Load the page again.";
    Denial::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-page", why)
}
