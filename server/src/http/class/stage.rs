//! The run that the teacher shows: all pages follow it, and only the teacher ends it.

use crate::runs::Run;
use serde_json::{Value, json};
use std::sync::Arc;
use still_running_class::rules::Phase;
use still_running_protocol::Reason;
use tokio::sync::watch;

/// What is shown now. Kept here, a run is there for whoever comes late, when nobody watches it any more as well.
#[derive(Clone, Default)]
pub struct Stage(Arc<watch::Sender<Option<Arc<Shows>>>>);

/// A run, and where its widget is in the book.
pub struct Shows {
    pub run: Arc<Run>,
    pub page: String,
    pub widget: String,
}

impl Stage {
    /// Another run takes the place of the one before, which ends if it still goes.
    pub fn put(&self, shows: Option<Shows>) {
        if let Some(shows) = &shows {
            shows.run.show();
        }
        let before = self.0.send_replace(shows.map(Arc::new));
        if let Some(before) = before {
            before.run.end(Reason::ByTeacher);
        }
    }

    pub fn run(&self, id: &str) -> Option<Arc<Run>> {
        self.0.borrow().as_ref().filter(|shows| shows.run.id == id).map(|shows| shows.run.clone())
    }

    pub fn follow(&self) -> watch::Receiver<Option<Arc<Shows>>> {
        self.0.subscribe()
    }
}

impl Shows {
    /// What pages are told of it.
    pub fn told(&self) -> Value {
        let Self { run, page, widget } = self;
        let socket = format!("/api/runs/{}/socket", run.id);
        json!({ "id": run.id, "socket": socket, "lab": run.lab, "variant": run.variant, "page": page, "widget": widget })
    }
}

/// Whether a run may be shown: it would tell the answer of a question that waits for its reveal.
pub fn may_show(phase: Phase) -> bool {
    matches!(phase, Phase::Idle | Phase::Reveal)
}
