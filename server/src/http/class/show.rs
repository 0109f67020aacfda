//! What the teacher does with runs: shows one to all, ends those of all.

use super::{
    ClassApp,
    classes::stopping,
    relay::relay,
    stage::{Shows, may_show},
    who::{Open, Teacher},
};
use crate::{
    http::{Sockets, body::Body, refusal::Denial},
    runs::Runs,
};
use axum::{Json, extract::State};
use http::StatusCode;
use serde::Deserialize;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use still_running_protocol::{Reason, ToClient};
use tokio::time::timeout;
use tokio_util::task::TaskTracker;

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
    State(sockets): State<Sockets>,
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
    let shows = Shows { run: run.clone(), page, widget };
    let (tasks, window) = (sockets.tasks.clone(), runs.means.limits.window());
    whole(&tasks, async move {
        let _turn = class.stage.turn().await;
        let waits = json!(ToClient::Started).to_string();
        let is_shared = class.hall.is_shared();
        if is_shared && !class.hall.put_on_stage(&run.id, shows.about(), waits).await? {
            return Err(question_waits());
        }
        class.stage.put(Some(shows));
        if is_shared {
            sockets.tasks.spawn(async move {
                tokio::select! {
                    () = relay(class.hall, run, window) => {}
                    () = sockets.abandon.cancelled() => {}
                }
            });
        }
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Pages follow nothing any more.
pub async fn put_away(
    Open(ClassApp { hall, stage, .. }): Open,
    _: Teacher,
    State(sockets): State<Sockets>,
) -> Result<StatusCode, Denial> {
    whole(&sockets.tasks, async move {
        let _turn = stage.turn().await;
        if hall.is_shared() {
            hall.clear_stage().await?;
        }
        stage.put(None);
        Ok(StatusCode::NO_CONTENT)
    })
    .await
}

/// Ends all runs, whoever's they are and on whichever server; each is told that it was the teacher. Those of this server are counted.
pub async fn stop_all(
    Open(ClassApp { hall, stage, .. }): Open,
    _: Teacher,
    State(runs): State<Arc<Runs>>,
    State(sockets): State<Sockets>,
) -> Result<Json<Value>, Denial> {
    whole(&sockets.tasks, async move {
        let _turn = stage.turn().await;
        let ended = runs.end_all(Reason::ByTeacher);
        if hall.is_shared() {
            stage.stopped_by(hall.stop_all().await.map_err(|_| only_here(ended))?);
        }
        Ok(Json(json!({ "ended": ended, "elsewhere": hall.is_shared() })))
    })
    .await
}

/// A teacher's page may go away halfway. What other servers are told and what is so here must not part, so it is done all the same.
async fn whole<T: Send + 'static>(
    tasks: &TaskTracker,
    change: impl Future<Output = Result<T, Denial>> + Send + 'static,
) -> Result<T, Denial> {
    tasks.spawn(change).await.map_err(|_| stopping())?
}

fn only_here(ended: usize) -> Denial {
    let why = format!(
        "{ended} runs of this server were ended. Those of other servers were not: the database of the class can't be reached. Try again."
    );
    Denial::new(StatusCode::SERVICE_UNAVAILABLE, "only-here", why)
}

fn question_waits() -> Denial {
    let why = "A question waits for its reveal, and a run would tell its answer. Reveal it or put it away, then show the run.";
    Denial::new(StatusCode::CONFLICT, "question-waits", why)
}

fn too_long() -> Denial {
    let why = "The name of the page or of the widget is longer than any in the book. Load the page again.";
    Denial::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-page", why)
}
