use crate::{
    out::out,
    text::{self, Paint},
    watch::Watch,
};
use labkit_wire::{Kind, Verdict};
use std::{
    fmt::{Debug, Display},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{task::JoinHandle, time::Instant};

/// A run: its clock, its lanes, its checks. Clones are the same run.
#[derive(Clone)]
pub struct Lab(Arc<World>);

pub(crate) struct World {
    /// When lab time began.
    start: Mutex<Instant>,
    /// Lab time of what was told last, in microseconds.
    last: AtomicU64,
    spans: AtomicU32,
    /// Futures dropped unfinished, and cancels a lab told of.
    cancels: AtomicUsize,
    checks: AtomicUsize,
    failed: AtomicUsize,
    pub(crate) panics: AtomicUsize,
}

/// One party of a run: who saw it. One line of the timeline.
#[derive(Clone)]
pub struct Lane {
    world: Arc<World>,
    name: Arc<str>,
}

impl Lab {
    pub(crate) fn new() -> Self {
        Self(Arc::new(World {
            start: Mutex::new(Instant::now()),
            last: AtomicU64::new(0),
            spans: AtomicU32::new(0),
            cancels: AtomicUsize::new(0),
            checks: AtomicUsize::new(0),
            failed: AtomicUsize::new(0),
            panics: AtomicUsize::new(0),
        }))
    }

    /// A party of this run, by name: `client`, `wire`, `server`, `database` …
    pub fn lane(&self, name: &str) -> Lane {
        Lane { world: self.0.clone(), name: name.into() }
    }

    /// Spawns a task that is watched on `lane`. Whoever drops the handle detaches it, as with tokio.
    pub fn spawn<F>(&self, lane: &str, name: &str, future: F) -> JoinHandle<F::Output>
    where
        F: Future + Send + 'static,
        F::Output: Send,
    {
        tokio::spawn(self.lane(lane).watch(name, future))
    }

    /// States an invariant: `got` must equal `want`.
    pub fn check_eq<T: PartialEq + Debug>(&self, what: &str, want: T, got: T) {
        self.0.check(what, &format!("{want:?}"), &format!("{got:?}"), want == got);
    }

    /// States an invariant in words, such as `at most 3`, and whether `got` meets it.
    pub fn check_that(&self, what: &str, want: &str, got: impl Display, ok: bool) {
        self.0.check(what, want, &got.to_string(), ok);
    }

    /// Something was cancelled that no [`Watch`] sees: an abort, a request to stop, a connection cut.
    pub fn cancelled(&self) {
        self.0.cancels.fetch_add(1, SeqCst);
    }

    /// Set-up is over: what it took since something was told last does not count as lab time.
    pub fn ready(&self) {
        let told = Duration::from_micros(self.0.last.load(SeqCst));
        *self.0.start.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now() - told;
    }

    /// Lab time since the start of the run.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.0
    }
}

impl Lane {
    /// A moment, in words.
    pub fn say(&self, text: impl AsRef<str>) {
        let text = text.as_ref();
        self.world.tell(&self.name, Kind::Mark { text: text.to_owned() }, Paint::Plain, text);
    }

    /// A moment for the timeline only, where a line of text for each would be noise.
    pub fn mark(&self, text: impl Into<String>) {
        self.world.emit(&self.name, Kind::Mark { text: text.into() }, "");
    }

    /// A value that changed, such as open sockets, for the timeline only.
    pub fn gauge(&self, name: &str, value: usize, unit: &str) {
        let value = i64::try_from(value).expect("a gauge fits");
        self.world.emit(
            &self.name,
            Kind::Gauge { name: name.into(), value, unit: unit.into() },
            "",
        );
    }

    /// Runs `future`, and tells when it begins, ends, or is dropped before it is done.
    pub fn watch<F: Future>(&self, name: &str, future: F) -> Watch<F> {
        Watch::new(self.clone(), name, None, future)
    }

    /// As [`Lane::watch`], for the await point that carries this number in the code shown.
    pub fn watch_at<F: Future>(&self, point: u32, name: &str, future: F) -> Watch<F> {
        Watch::new(self.clone(), name, Some(point), future)
    }

    pub(crate) fn begin(&self, name: &str, point: Option<u32>) -> u32 {
        let span = self.world.spans.fetch_add(1, SeqCst);
        self.world.emit(&self.name, Kind::Begin { span, name: name.into(), point }, "");
        span
    }

    pub(crate) fn end(&self, span: u32) {
        self.world.emit(&self.name, Kind::End { span }, "");
    }

    pub(crate) fn dropped(&self, span: u32, name: &str, polls: u32, quiet: bool) {
        self.world.cancels.fetch_add(1, SeqCst);
        let kind = Kind::Dropped { span, polls };
        let times = if polls == 1 { "once" } else { &format!("{polls} times") };
        match quiet {
            true => self.world.emit(&self.name, kind, ""),
            false => self.world.tell(
                &self.name,
                kind,
                Paint::Drop,
                &format!("✗ {name} dropped unfinished, polled {times}"),
            ),
        }
    }
}

impl World {
    fn elapsed(&self) -> Duration {
        self.start.lock().unwrap_or_else(PoisonError::into_inner).elapsed()
    }

    /// Lab time in microseconds.
    fn at(&self) -> u64 {
        let at = u64::try_from(self.elapsed().as_micros()).expect("a run is short");
        self.last.fetch_max(at, SeqCst);
        at
    }

    pub(crate) fn tell(&self, lane: &str, kind: Kind, how: Paint, text: &str) {
        let at = self.at();
        out().emit(at, lane, kind, &text::line(at, lane, how, text));
    }

    pub(crate) fn emit(&self, lane: &str, kind: Kind, text: &str) {
        out().emit(self.at(), lane, kind, text);
    }

    fn check(&self, what: &str, want: &str, got: &str, ok: bool) {
        self.checks.fetch_add(1, SeqCst);
        self.failed.fetch_add(usize::from(!ok), SeqCst);
        let kind = Kind::Check { what: what.into(), want: want.into(), got: got.into(), ok };
        self.emit("check", kind, &text::check(what, want, got, ok));
    }

    /// What the run showed so far, and why one may say so.
    pub(crate) fn verdict(&self) -> (Verdict, String) {
        let [checks, failed, cancels] =
            [&self.checks, &self.failed, &self.cancels].map(|n| n.load(SeqCst));
        let of = |n: usize, word: &str| format!("{n} {word}{}", if n == 1 { "" } else { "s" });
        match () {
            () if failed > 0 => {
                (Verdict::Violated, format!("{failed} of {} failed", of(checks, "check")))
            }
            () if checks == 0 => (Verdict::Unexercised, "nothing was checked".into()),
            () if cancels == 0 => (Verdict::Unexercised, "nothing was cancelled".into()),
            () => (
                Verdict::Held,
                format!("{} held, {} survived", of(checks, "check"), of(cancels, "cancel")),
            ),
        }
    }
}
