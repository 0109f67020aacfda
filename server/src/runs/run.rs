use super::{Counts, Limits, Log, ending::Ending, pace::Pace, queue::Wait};
use crate::catalog::Job;
use bytes::{Bytes, BytesMut};
use labkit_wire::Values;
use parking_lot::{Mutex, MutexGuard};
use serde::{Deserialize, Serialize};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use still_running_protocol::{Exit, FRAME_MAX, Point, Reason, RunInfo, State};
use tokio::{
    sync::{Notify, watch},
    time::{sleep_until, timeout},
};
use tracing::{Span, error_span};

/// What is run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct About {
    pub lab: String,
    pub variant: String,
    pub knobs: Values,
}

/// What is known of a run, shared by the task that drives it and those who watch it.
#[derive(Debug)]
pub struct Run {
    /// Not to be guessed: who knows it may watch the run, and stop it.
    pub id: String,
    pub lab: String,
    pub variant: String,
    /// All knobs, those at their defaults too.
    pub values: Values,
    /// Those of all runs together.
    pub counts: Arc<Counts>,
    /// What the log says of it names the run.
    pub span: Span,
    /// Whether the teacher of a class shows it to all: then no other paces or ends it.
    shown: AtomicBool,
    /// Whether another server has it, and only its output comes here.
    pub(super) elsewhere: bool,
    /// The wish that it end. Its task hears it, wherever the run is.
    pub(super) ending: Ending,
    pub(super) inner: Mutex<Inner>,
    /// Something changed: output, or the phase.
    pub(super) news: watch::Sender<()>,
    /// How many watch it: apart from `news`, for a run that nobody watches must not wake for each byte it prints.
    viewers: watch::Sender<usize>,
    /// The one who paces has acknowledged something, or left.
    room: Notify,
    /// How many bytes of output are kept.
    log_most: u64,
    /// How long it goes on with nobody watching.
    patience: Duration,
}

#[derive(Debug)]
pub(super) struct Inner {
    pub log: Log,
    /// `Ended` is the last, and is set when no process is left and all output is in the log.
    pub phase: Phase,
    /// Whether it ever had a process.
    pub began: bool,
    /// Who watches, and for whom output is kept.
    pub pace: Pace,
    /// Where a check of the reader's own variant stands.
    pub point: Option<Point>,
}

impl Inner {
    /// How much the one who paces has not acknowledged.
    fn owed(&self) -> u64 {
        self.log.end().saturating_sub(self.pace.floor())
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    Queued(Wait),
    Running,
    Ended(Exit),
}

impl Run {
    pub(super) fn new(id: String, job: &Job, limits: &Limits, counts: Arc<Counts>) -> Self {
        let (lab, variant) = (job.lab.slug().to_owned(), job.variant.clone());
        Self::of(id, About { lab, variant, knobs: job.values.clone() }, limits, counts)
    }

    pub(super) fn of(id: String, about: About, limits: &Limits, counts: Arc<Counts>) -> Self {
        let About { lab, variant, knobs } = about;
        let pace = Pace::new(limits.unwatched);
        let log = Log::new(limits.log);
        // At the level of the worst, so that a warning names its run where only warnings are wanted.
        let span = error_span!("run", id, lab, variant);
        Self {
            id,
            counts,
            span,
            lab,
            variant,
            values: knobs,
            shown: AtomicBool::default(),
            elsewhere: false,
            ending: Ending::default(),
            inner: Mutex::new(Inner {
                log,
                phase: Phase::Running,
                began: false,
                pace,
                point: None,
            }),
            news: watch::Sender::new(()),
            viewers: watch::Sender::new(0),
            room: Notify::new(),
            log_most: limits.log as u64,
            patience: limits.unwatched,
        }
    }

    /// Short, and never held across an await.
    pub(super) fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock()
    }

    pub fn about(&self) -> About {
        let (lab, variant) = (self.lab.clone(), self.variant.clone());
        About { lab, variant, knobs: self.values.clone() }
    }

    pub fn info(&self) -> RunInfo {
        let inner = self.lock();
        let state = match &inner.phase {
            Phase::Queued(wait) => State::Queued { place: wait.place },
            Phase::Running => State::Running,
            Phase::Ended(exit) => State::Ended(exit.clone()),
        };
        RunInfo {
            id: self.id.clone(),
            lab: self.lab.clone(),
            variant: self.variant.clone(),
            knobs: self.values.clone(),
            state,
            bytes: inner.log.end(),
            kept_from: inner.log.start(),
            viewers: inner.pace.viewers() as u64,
        }
    }

    /// Asks it to end. It has ended when [`Run::ended`] says so.
    pub fn end(&self, reason: Reason) {
        self.ending.ask(reason);
    }

    /// Until somebody asks that it end. Cancel-safe.
    pub async fn asked_to_end(&self) {
        self.ending.asked().await;
    }

    /// From now on it is the teacher's, who shows it to all.
    pub fn show(&self) {
        self.shown.store(true, Relaxed);
    }

    pub fn is_shown(&self) -> bool {
        self.shown.load(Relaxed)
    }

    /// Whoever may end it wants to: those who watch are told who that was.
    pub fn stop(&self) {
        self.end(if self.is_shown() { Reason::ByTeacher } else { Reason::Stopped });
    }

    /// Until it has ended, and no process of it is left. Cancel-safe.
    pub async fn ended(&self) {
        let mut news = self.news.subscribe();
        while !self.is_over() && news.changed().await.is_ok() {}
    }

    /// Until somebody watches it, or it has ended. Cancel-safe.
    pub async fn watched(&self) {
        let mut viewers = self.viewers.subscribe();
        tokio::select! {
            _ = viewers.wait_for(|n| *n > 0) => {}
            () = self.ended() => {}
        }
    }

    pub fn is_over(&self) -> bool {
        matches!(self.lock().phase, Phase::Ended(_))
    }

    pub(super) fn set_phase(&self, phase: Phase) {
        self.lock().phase = phase;
        self.news.send_replace(());
    }

    pub(super) fn begin(&self) {
        self.lock().began = true;
        self.set_phase(Phase::Running);
    }

    /// A check was at one more point: a line in the output, and news for those who watch.
    pub(super) fn passed(&self, point: &Point) {
        let (mark, place, seen) = (point.mark(), &point.place, &point.seen);
        drop(self.push(format!("{mark} {place}: {seen}\n").into()));
        self.lock().point = Some(point.clone());
        self.news.send_replace(());
    }

    /// Gives back memory of what is no longer kept, where nobody else has it.
    pub(super) fn push(&self, bytes: Bytes) -> Option<BytesMut> {
        self.counts.printed.fetch_add(bytes.len() as u64, Relaxed);
        self.keep(bytes)
    }

    pub(super) fn keep(&self, bytes: Bytes) -> Option<BytesMut> {
        let spare = self.lock().log.push(bytes);
        self.news.send_replace(());
        spare
    }

    /// A line of our own in the run's output.
    pub(super) fn say(&self, sentence: &str) {
        let fresh = if self.lock().log.end() == 0 { "" } else { "\n" };
        drop(self.push(format!("{fresh}still-running: {sentence}\n").into()));
    }

    /// Until the log has room for another read without losing what the starter has not acknowledged. While
    /// it has none the pipe fills, and the lab blocks. Cancel-safe.
    pub(super) async fn room(&self) {
        while let Err(hand_over) = self.has_room() {
            let give_up = async {
                match hand_over {
                    Some(at) => sleep_until(at.into()).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                () = self.room.notified() => {}
                () = give_up => {}
            }
        }
    }

    /// The most bytes its pipe may hold.
    pub(super) fn pipe_most(&self) -> usize {
        (self.log_most / 4).clamp(64 << 10, 256 << 10) as usize
    }

    fn has_room(&self) -> Result<(), Option<Instant>> {
        let mut inner = self.lock();
        // For one read, and for what the pipe holds when its last writer dies.
        let most = self.log_most.saturating_sub((FRAME_MAX + self.pipe_most()) as u64);
        if inner.owed() <= most {
            return Ok(());
        }
        inner.pace.hand_over(Instant::now());
        if inner.owed() <= most { Ok(()) } else { Err(inner.pace.hand_over_at()) }
    }

    /// Until nobody has watched it for a while. Cancel-safe: the while begins anew.
    pub(super) async fn unwatched(&self) {
        unwatched(self.viewers.subscribe(), self.patience).await;
    }

    pub(super) fn viewers(&self) -> watch::Receiver<usize> {
        self.viewers.subscribe()
    }

    /// A viewer comes, goes, or acknowledges.
    pub(super) fn with_pace<T>(&self, change: impl FnOnce(&mut Pace, &Log) -> T) -> T {
        let (result, viewers) = {
            let inner = &mut *self.lock();
            (change(&mut inner.pace, &inner.log), inner.pace.viewers())
        };
        self.viewers.send_if_modified(|n| std::mem::replace(n, viewers) != viewers);
        self.room.notify_one();
        result
    }
}

#[cfg(test)]
impl Run {
    /// A run without a process.
    pub fn for_tests() -> Self {
        let description = labkit_wire::Description {
            version: labkit_wire::VERSION,
            slug: "test".into(),
            title: String::new(),
            crates: vec![],
            article: vec![],
            clock: labkit_wire::Clock::Real,
            variants: vec!["buggy".into()],
            knobs: vec![],
            wrong: vec![],
            needs: vec![],
        };
        let lab = crate::catalog::Lab { description, program: "/nonexistent".into() }.into();
        let job = Job { lab, variant: "buggy".into(), values: Values::default() };
        Self::new("test".into(), &job, &Limits::default(), Arc::default())
    }
}

/// Until nobody has watched for a while, or the run is forgotten.
pub(super) async fn unwatched(mut viewers: watch::Receiver<usize>, patience: Duration) {
    loop {
        if viewers.wait_for(|n| *n == 0).await.is_err() {
            return;
        }
        if timeout(patience, viewers.wait_for(|n| *n > 0)).await.is_err() {
            return;
        }
    }
}
