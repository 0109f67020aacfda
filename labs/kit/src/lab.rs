use crate::{lane::Lane, plan::Plan, world::World};
use labkit_wire::Kind;
use std::{
    fmt::{Debug, Display},
    sync::Arc,
    time::Duration,
};
use tokio::task::JoinHandle;

/// A run: its clock, its lanes, its checks. Clones are the same run.
#[derive(Clone)]
pub struct Lab(Arc<World>);

impl Lab {
    pub(crate) fn new() -> Self {
        Self(World::new().into())
    }

    /// A party of this run, by name: `client`, `wire`, `server`, `database` …
    pub fn lane(&self, name: &str) -> Lane {
        Lane::new(self.0.clone(), name)
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
        self.0.cancelled();
    }

    /// A cancel that was planned did not happen: the run proves nothing, unless a check fails. Says what was missed, as
    /// the subject and verb of a sentence: `2 of 3 clients did not leave where they should`.
    pub fn missed(&self, what: impl Into<String>) {
        self.0.miss(what.into());
    }

    /// Somebody else had a hand in what the lab watches: the run proves nothing, neither by a check that failed nor by one that
    /// held. Says what was done, as a sentence: `somebody else ended a session on PostgreSQL`.
    pub fn disturbed(&self, what: impl Into<String>) {
        self.0.disturb(what.into());
    }

    /// The story is over: say so before the last check. What the lab clears up from here on is neither told nor counted as
    /// a cancel, for it is none of the bug's doing, and comes in another order each time. Checks are told as before.
    pub fn over(&self) {
        self.0.over();
    }

    pub(crate) fn plan(&self, plan: Arc<Plan>) {
        self.0.plan(plan);
    }

    /// How many so far, seen and told.
    pub(crate) fn cancels(&self) -> usize {
        self.0.cancels()
    }

    /// Set-up is over: what it took since something was told last does not count as lab time.
    pub fn ready(&self) {
        self.0.ready();
    }

    /// Lab time since the start of the run.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.0
    }
}
