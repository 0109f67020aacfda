//! The run that the teacher shows: all pages follow it, and only the teacher ends it.

use crate::runs::{About, Counts, Limits, Run};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering::Relaxed},
};
use still_running_class::{rules::Phase, store::OnStage};
use still_running_protocol::Reason;
use tokio::sync::{Semaphore, SemaphorePermit, watch};

/// What is shown now. Kept here, a run is there for whoever comes late, when nobody watches it any more as well.
#[derive(Clone)]
pub struct Stage(Arc<Inner>);

struct Inner {
    shown: watch::Sender<Option<Arc<Shows>>>,
    /// Held from what is written for other servers until it is so here, too.
    turn: Semaphore,
    /// How often all runs were ended, as far as it was heard; -1 before.
    stops: AtomicI64,
}

/// A run, and where its widget is in the book.
pub struct Shows {
    pub run: Arc<Run>,
    pub page: String,
    pub widget: String,
}

/// What other servers are told of it.
#[derive(Serialize, Deserialize)]
struct Told {
    about: About,
    page: String,
    widget: String,
}

impl Stage {
    pub fn new() -> Self {
        Self(Arc::new(Inner {
            shown: watch::Sender::default(),
            turn: Semaphore::new(1),
            stops: AtomicI64::new(-1),
        }))
    }

    /// Another run takes the place of the one before, which ends if it still goes.
    pub fn put(&self, shows: Option<Shows>) {
        if let Some(shows) = &shows {
            shows.run.show();
        }
        let before = self.0.shown.send_replace(shows.map(Arc::new));
        if let Some(before) = before {
            before.run.end(Reason::ByTeacher);
            before.run.let_go(Reason::ByTeacher);
        }
    }

    pub fn shown(&self) -> Option<Arc<Shows>> {
        self.0.shown.borrow().clone()
    }

    pub fn run(&self, id: &str) -> Option<Arc<Run>> {
        self.shown().filter(|shows| shows.run.id == id).map(|shows| shows.run.clone())
    }

    pub fn follow(&self) -> watch::Receiver<Option<Arc<Shows>>> {
        self.0.shown.subscribe()
    }

    /// One after the other.
    pub async fn turn(&self) -> SemaphorePermit<'_> {
        self.0.turn.acquire().await.expect("it is never closed")
    }

    /// Whether all runs were ended since the last look, by that count. Before the first look it can't be told.
    pub fn stopped_by(&self, stops: i64) -> bool {
        (0..stops).contains(&self.0.stops.swap(stops, Relaxed))
    }
}

impl Shows {
    /// What pages are told of it.
    pub fn told(&self) -> Value {
        let Self { run, page, widget } = self;
        let socket = format!("/api/runs/{}/socket", run.id);
        json!({ "id": run.id, "socket": socket, "lab": run.lab, "variant": run.variant, "page": page, "widget": widget })
    }

    /// What other servers are told of it.
    pub fn about(&self) -> String {
        let (page, widget) = (self.page.clone(), self.widget.clone());
        json!(Told { about: self.run.about(), page, widget }).to_string()
    }

    /// What another server shows.
    pub fn elsewhere(
        on: &OnStage,
        limits: &Limits,
        counts: Arc<Counts>,
    ) -> serde_json::Result<Self> {
        let Told { about, page, widget } = serde_json::from_str(&on.about)?;
        let run = Arc::new(Run::elsewhere(on.run.clone(), about, limits, counts));
        Ok(Self { run, page, widget })
    }
}

/// Whether a run may be shown: it would tell the answer of a question that waits for its reveal.
pub fn may_show(phase: Phase) -> bool {
    matches!(phase, Phase::Idle | Phase::Reveal)
}
