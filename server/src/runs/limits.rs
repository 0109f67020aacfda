use std::time::Duration;
use still_running_protocol::{UNWATCHED_SECONDS, WINDOW};

/// What a run, and all runs together, may take.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Runs at a time; others wait.
    pub running: usize,
    /// Runs that may wait.
    pub waiting: usize,
    /// How long a run may take.
    pub time: Duration,
    /// How long building the reader's own variant may take.
    pub build: Duration,
    /// How many bytes a run may print.
    pub output: u64,
    /// How many bytes of output are kept for viewers.
    pub log: usize,
    /// How long a run goes on with nobody watching.
    pub unwatched: Duration,
    /// Bytes of output of ended runs that are kept, all runs together, in case someone comes back.
    pub ended_bytes: usize,
    /// Ended runs that are kept.
    pub ended_runs: usize,
}

impl Default for Limits {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            running: 8 * cores,
            waiting: 1000,
            time: Duration::from_secs(60),
            build: Duration::from_secs(600),
            output: 256 << 20,
            log: 1 << 20,
            unwatched: Duration::from_secs(UNWATCHED_SECONDS),
            ended_bytes: 32 << 20,
            ended_runs: 1000,
        }
    }
}

impl Limits {
    /// How far ahead of the last acknowledged byte a viewer is sent.
    pub fn window(&self) -> u64 {
        WINDOW.min(self.log as u64)
    }
}
