use std::{
    fmt,
    sync::Arc,
    time::{Instant, SystemTime, UNIX_EPOCH},
};

/// By how much it may differ from how long the machine ran, in seconds, before it has jumped.
const SLACK: i64 = 600;

/// What time it is, in seconds since 1970. A clock that steps moves only what is told of times, and the day of deletion; never the
/// order of anything.
#[derive(Clone)]
pub struct Clock {
    shows: Arc<dyn Fn() -> i64 + Send + Sync>,
    /// For how many seconds the machine ran, from whenever on: nobody sets that.
    ran: Arc<dyn Fn() -> i64 + Send + Sync>,
}

/// What it showed at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    pub now: i64,
    ran: i64,
}

impl Clock {
    /// One that shows what it is told to, on a machine that ran for as long as that.
    pub fn of(
        shows: impl Fn() -> i64 + Send + Sync + 'static,
        ran: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        Self { shows: Arc::new(shows), ran: Arc::new(ran) }
    }

    /// At least 1, for 0 is never: a machine whose clock lost its battery begins in 1970.
    pub(crate) fn now(&self) -> i64 {
        (self.shows)().max(1)
    }

    pub(crate) fn read(&self) -> Reading {
        Reading { now: self.now(), ran: (self.ran)() }
    }
}

impl Reading {
    /// Whether it was set between the two; a machine that slept looks the same.
    pub fn jumped_since(&self, before: &Self) -> bool {
        ((self.now - before.now) - (self.ran - before.ran)).abs() > SLACK
    }
}

/// The machine's.
impl Default for Clock {
    fn default() -> Self {
        let (since, start) = (|| SystemTime::now().duration_since(UNIX_EPOCH), Instant::now());
        let shows = move || since().map_or(0, |since| since.as_secs() as i64);
        Self::of(shows, move || start.elapsed().as_secs() as i64)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now())
    }
}
