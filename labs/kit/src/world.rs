//! What a run knows of itself: its clock, what it told, and what that says.

use crate::{
    out::out,
    plan::Plan,
    text::{self, Paint},
};
use labkit_wire::{Kind, Verdict};
use parking_lot::Mutex;
use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::time::Instant;

/// What all who take part in a run share.
pub(crate) struct World {
    /// When lab time began.
    start: Mutex<Instant>,
    /// Lab time of what was told last, in microseconds.
    last: AtomicU64,
    /// The number of the next watched future.
    spans: AtomicU32,
    /// Futures dropped unfinished, and cancels a lab told of.
    cancels: AtomicUsize,
    /// Checks made, and those of them that failed.
    checks: AtomicUsize,
    failed: AtomicUsize,
    /// Panics of whatever thread: with one, there is no verdict.
    pub panics: AtomicUsize,
    /// What was to be tried and did not happen; the first one.
    missed: OnceLock<String>,
    /// What somebody else did to the run; the first of it. With that there is no verdict, whatever the checks say.
    disturbed: OnceLock<String>,
    /// Cancels planned at a point.
    plans: Mutex<Vec<Arc<Plan>>>,
    /// Set when the story is over: what lanes see from then on is the lab's own clearing up.
    over: AtomicBool,
}

impl World {
    pub fn new() -> Self {
        Self {
            start: Mutex::new(Instant::now()),
            last: AtomicU64::new(0),
            spans: AtomicU32::new(0),
            cancels: AtomicUsize::new(0),
            checks: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            panics: AtomicUsize::new(0),
            missed: OnceLock::new(),
            disturbed: OnceLock::new(),
            plans: Mutex::default(),
            over: AtomicBool::new(false),
        }
    }

    /// The number of the next watched future.
    pub fn next_span(&self) -> u32 {
        self.spans.fetch_add(1, SeqCst)
    }

    /// What was cancelled by the lab's own clearing up does not count.
    pub fn dropped(&self) {
        if !self.over.load(SeqCst) {
            self.cancelled();
        }
    }

    pub fn cancelled(&self) {
        self.cancels.fetch_add(1, SeqCst);
    }

    /// How many so far, seen and told.
    pub fn cancels(&self) -> usize {
        self.cancels.load(SeqCst)
    }

    pub fn miss(&self, what: String) {
        self.missed.get_or_init(|| what);
    }

    pub fn disturb(&self, what: String) {
        self.disturbed.get_or_init(|| what);
    }

    pub fn plan(&self, plan: Arc<Plan>) {
        self.plans.lock().push(plan);
    }

    /// See [`Lab::over`](crate::Lab::over).
    pub fn over(&self) {
        out().end(&self.over);
    }

    /// See [`Lab::ready`](crate::Lab::ready).
    pub fn ready(&self) {
        let told = Duration::from_micros(self.last.load(SeqCst));
        *self.start.lock() = Instant::now() - told;
    }

    pub fn elapsed(&self) -> Duration {
        self.start.lock().elapsed()
    }

    /// Lab time in microseconds.
    fn at(&self) -> u64 {
        let at = u64::try_from(self.elapsed().as_micros()).expect("a run is short");
        self.last.fetch_max(at, SeqCst);
        at
    }

    /// What a lane saw, with a line of text.
    pub fn tell(&self, lane: &str, kind: Kind, how: Paint, text: &str) {
        let at = self.at();
        out().emit_until(&self.over, at, lane, kind, &text::line(at, lane, how, text));
    }

    /// What a lane saw.
    pub fn see(&self, lane: &str, kind: Kind) {
        out().emit_until(&self.over, self.at(), lane, kind, "");
    }

    /// A fault, of the lab itself or a panic in it: told in any case.
    pub fn fault(&self, lane: &str, text: &str) {
        let at = self.at();
        let kind = Kind::Mark { text: text.to_owned() };
        out().emit(at, lane, kind, &text::line(at, lane, Paint::Plain, text));
    }

    /// What the lab itself says of a run: told in any case.
    pub fn emit(&self, lane: &str, kind: Kind, text: &str) {
        out().emit(self.at(), lane, kind, text);
    }

    pub fn check(&self, what: &str, want: &str, got: &str, ok: bool) {
        self.checks.fetch_add(1, SeqCst);
        self.failed.fetch_add(usize::from(!ok), SeqCst);
        let kind = Kind::Check { what: what.into(), want: want.into(), got: got.into(), ok };
        self.emit("check", kind, &text::check(what, want, got, ok));
    }

    /// What the run showed so far, and why one may say so.
    pub fn verdict(&self) -> (Verdict, String) {
        let [checks, failed, cancels] =
            [&self.checks, &self.failed, &self.cancels].map(|n| n.load(SeqCst));
        let of = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        let (disturbed, missed) = (self.disturbed.get(), self.missed());
        match () {
            () if disturbed.is_some() => {
                (Verdict::Unexercised, disturbed.cloned().unwrap_or_default())
            }
            () if failed > 0 => {
                (Verdict::Violated, format!("{failed} of {} failed", of(checks, "check")))
            }
            () if missed.is_some() => (Verdict::Unexercised, missed.unwrap_or_default()),
            () if checks == 0 => (Verdict::Unexercised, "nothing was checked".into()),
            () if cancels == 0 => (Verdict::Unexercised, "nothing was cancelled".into()),
            () => (
                Verdict::Held,
                format!("{} held, {} survived", of(checks, "check"), of(cancels, "cancel")),
            ),
        }
    }

    pub fn is_disturbed(&self) -> bool {
        self.disturbed.get().is_some()
    }

    /// The first cancel that was to happen and did not.
    fn missed(&self) -> Option<String> {
        let plans = self.plans.lock();
        let planned = plans.iter().find_map(|plan| plan.missed());
        self.missed.get().cloned().or(planned)
    }
}
