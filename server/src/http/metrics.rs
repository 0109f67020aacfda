use super::Sockets;
use crate::runs::{Census, Runs};
use axum::{extract::State, response::IntoResponse};
use http::header;
use std::sync::Arc;
use tokio::runtime::Handle;

/// In the text format of Prometheus.
pub async fn metrics(
    State(runs): State<Arc<Runs>>,
    State(sockets): State<Sockets>,
) -> impl IntoResponse {
    let Census { queued, running, ended } = runs.census();
    let (open, tasks) = (sockets.clients.open(), Handle::current().metrics().num_alive_tasks());
    let text = format!(
        "# HELP still_running_runs Runs the server knows of.\n# TYPE still_running_runs gauge\n\
         still_running_runs{{state=\"queued\"}} {queued}\n\
         still_running_runs{{state=\"running\"}} {running}\n\
         still_running_runs{{state=\"ended\"}} {ended}\n\
         # HELP still_running_sockets Open sockets.\n# TYPE still_running_sockets gauge\n\
         still_running_sockets {open}\n\
         # HELP still_running_tasks Tasks that are alive.\n# TYPE still_running_tasks gauge\n\
         still_running_tasks {tasks}\n"
    );
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text)
}
