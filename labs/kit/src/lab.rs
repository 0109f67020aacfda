use crate::{
    out::out,
    plan::Plan,
    text::{self, Paint},
};
use labkit_wire::{Kind, NUMBER_MAX, Verdict};
use parking_lot::Mutex;
use std::{
    fmt::{Debug, Display},
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::SeqCst},
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
    /// The number of the next watched future.
    spans: AtomicU32,
    /// Futures dropped unfinished, and cancels a lab told of.
    cancels: AtomicUsize,
    /// Checks made, and those of them that failed.
    checks: AtomicUsize,
    failed: AtomicUsize,
    /// Panics of whatever thread: with one, there is no verdict.
    pub(crate) panics: AtomicUsize,
    /// What was to be tried and did not happen; the first one.
    missed: OnceLock<String>,
    /// What somebody else did to the run; the first of it. With that there is no verdict, whatever the checks say.
    disturbed: OnceLock<String>,
    /// Cancels planned at a point.
    plans: Mutex<Vec<Arc<Plan>>>,
    /// Set when the story is over: what lanes see from then on is the lab's own clearing up.
    over: AtomicBool,
}

/// One party of a run: who saw it. One line of the timeline.
#[derive(Clone)]
pub struct Lane {
    world: Arc<World>,
    name: Arc<str>,
}

/// Something that a lane told, to say what came of it. See [`Lane::because`].
#[derive(Debug, Clone, Copy)]
pub struct Told(Option<u64>);

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
            missed: OnceLock::new(),
            disturbed: OnceLock::new(),
            plans: Mutex::default(),
            over: AtomicBool::new(false),
        }))
    }

    /// A party of this run, by name: `client`, `wire`, `server`, `database` …
    pub fn lane(&self, name: &str) -> Lane {
        Lane { world: self.0.clone(), name: name.into() }
    }

    /// In which order the lanes tell the story, the first one on top. Without it they stand as they first spoke.
    pub fn lanes(&self, names: &[&str]) {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        self.0.see("run", Kind::Lanes { names });
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

    /// Something was cancelled that no [`Watch`](crate::Watch) sees: an abort, a request to stop, a connection cut.
    pub fn cancelled(&self) {
        self.0.cancels.fetch_add(1, SeqCst);
    }

    /// A cancel that was planned did not happen: the run proves nothing, unless a check fails. Says what was missed, as
    /// the subject and verb of a sentence: `2 of 3 clients did not leave where they should`.
    pub fn missed(&self, what: impl Into<String>) {
        self.0.missed.get_or_init(|| what.into());
    }

    /// Somebody else had a hand in what the lab watches: the run proves nothing, neither by a check that failed nor by one that
    /// held. Says what was done, as a sentence: `somebody else ended a session on PostgreSQL`.
    pub fn disturbed(&self, what: impl Into<String>) {
        self.0.disturbed.get_or_init(|| what.into());
    }

    /// The story is over: say so before the last check. What the lab clears up from here on is neither told nor counted as
    /// a cancel, for it is none of the bug's doing, and comes in another order each time. Checks are told as before.
    pub fn over(&self) {
        out().end(&self.0.over);
    }

    pub(crate) fn plan(&self, plan: Arc<Plan>) {
        self.0.plans.lock().push(plan);
    }

    /// How many so far, seen and told.
    pub(crate) fn cancels(&self) -> usize {
        self.0.cancels.load(SeqCst)
    }

    /// Set-up is over: what it took since something was told last does not count as lab time.
    pub fn ready(&self) {
        let told = Duration::from_micros(self.0.last.load(SeqCst));
        *self.0.start.lock() = Instant::now() - told;
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
        self.world.see(&self.name, Kind::Mark { text: text.into() });
    }

    /// A value that changed, such as open sockets, for the timeline only.
    pub fn gauge(&self, name: &str, value: usize, unit: &str) {
        let value = i64::try_from(value).expect("a gauge fits");
        self.world.see(&self.name, Kind::Gauge { name: name.into(), value, unit: unit.into() });
    }

    /// What this lane told last: the cause, or the effect, of something else.
    pub fn last(&self) -> Told {
        Told(out().last(&self.name))
    }

    /// The last drop that this lane told, if it told one: what it sets off elsewhere comes of it.
    pub fn last_drop(&self) -> Told {
        Told(out().last_drop(&self.name))
    }

    /// Another party of the same run, by name.
    pub fn beside(&self, name: &str) -> Self {
        Self { world: self.world.clone(), name: name.into() }
    }

    /// What this lane told last came of `cause`, which another lane told: the timeline joins them by a line.
    ///
    /// ```
    /// # fn tell(client: &labkit::Lane, wire: &labkit::Lane) {
    /// wire.say("RST_STREAM CANCEL");
    /// wire.because(client.last());
    /// # }
    /// ```
    pub fn because(&self, cause: Told) {
        if let (Some(from), Some(to)) = (cause.0, self.last().0) {
            self.world.see(&self.name, Kind::Link { from, to });
        }
    }

    pub(crate) fn limit(&self, span: u32, name: &str, after: Duration) {
        let after = u64::try_from(after.as_micros()).map_or(NUMBER_MAX, |us| us.min(NUMBER_MAX));
        self.world.see(&self.name, Kind::Limit { span, name: name.into(), after });
    }

    pub(crate) fn outcome(&self, span: u32, text: String) {
        self.world.see(&self.name, Kind::Outcome { span, text });
    }

    /// Tells what a future had in hand, which is dropped now; gives the words for the line of text.
    pub(crate) fn held(&self, span: u32, text: String) -> String {
        let words = format!(", {text}");
        self.world.see(&self.name, Kind::Held { span, text });
        words
    }

    pub(crate) fn orphaned(&self, span: u32) {
        self.world.see(&self.name, Kind::Orphaned { span });
    }

    pub(crate) fn begin(&self, name: &str, point: Option<u32>) -> u32 {
        let span = self.world.spans.fetch_add(1, SeqCst);
        self.world.see(&self.name, Kind::Begin { span, name: name.into(), point });
        span
    }

    pub(crate) fn end(&self, span: u32) {
        self.world.see(&self.name, Kind::End { span });
    }

    pub(crate) fn dropped(&self, span: u32, name: &str, polls: u32, quiet: bool, held: &str) {
        if !self.world.over.load(SeqCst) {
            self.world.cancels.fetch_add(1, SeqCst);
        }
        let kind = Kind::Dropped { span, polls };
        let times = if polls == 1 { "once" } else { &format!("{polls} times") };
        match quiet {
            true => self.world.see(&self.name, kind),
            false => self.world.tell(
                &self.name,
                kind,
                Paint::Drop,
                &format!("✗ {name} dropped unfinished, polled {times}{held}"),
            ),
        }
    }
}

impl World {
    fn elapsed(&self) -> Duration {
        self.start.lock().elapsed()
    }

    /// Lab time in microseconds.
    fn at(&self) -> u64 {
        let at = u64::try_from(self.elapsed().as_micros()).expect("a run is short");
        self.last.fetch_max(at, SeqCst);
        at
    }

    /// What a lane saw, with a line of text.
    fn tell(&self, lane: &str, kind: Kind, how: Paint, text: &str) {
        let at = self.at();
        out().emit_until(&self.over, at, lane, kind, &text::line(at, lane, how, text));
    }

    /// What a lane saw.
    fn see(&self, lane: &str, kind: Kind) {
        out().emit_until(&self.over, self.at(), lane, kind, "");
    }

    /// A fault, of the lab itself or a panic in it: told in any case.
    pub(crate) fn fault(&self, lane: &str, text: &str) {
        let at = self.at();
        let kind = Kind::Mark { text: text.to_owned() };
        out().emit(at, lane, kind, &text::line(at, lane, Paint::Plain, text));
    }

    /// What the lab itself says of a run: told in any case.
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

    pub(crate) fn is_disturbed(&self) -> bool {
        self.disturbed.get().is_some()
    }

    /// The first cancel that was to happen and did not.
    fn missed(&self) -> Option<String> {
        let plans = self.plans.lock();
        let planned = plans.iter().find_map(|plan| plan.missed());
        self.missed.get().cloned().or(planned)
    }
}
