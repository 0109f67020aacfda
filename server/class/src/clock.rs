use std::{
    fmt,
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// What time it is, in seconds since 1970. A clock that steps moves only what is told of times, and the day of deletion; never the
/// order of anything.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> i64 + Send + Sync>);

impl Clock {
    /// One that shows what it is told to.
    pub fn of(shows: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        Self(Arc::new(shows))
    }

    /// At least 1, for 0 is never: a machine whose clock lost its battery begins in 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.0)().max(1)
    }
}

/// The machine's.
impl Default for Clock {
    fn default() -> Self {
        let since = || SystemTime::now().duration_since(UNIX_EPOCH);
        Self::of(move || since().map_or(0, |since| since.as_secs() as i64))
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
