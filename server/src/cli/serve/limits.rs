use crate::runs::Limits;
use clap::Args;
use std::time::Duration;

#[derive(Debug, Args)]
#[command(next_help_heading = "Limits")]
pub struct LimitOptions {
    /// Runs at a time; others wait in a queue [default: 8 for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    runs: Option<u32>,
    /// Runs that may wait
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = clap::value_parser!(u32).range(1..))]
    waiting: u32,
    /// How long a run may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=86_400))]
    run_time: u64,
    /// How much a run may print, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 256, value_parser = clap::value_parser!(u64).range(1..=1 << 20))]
    output: u64,
    /// How much of a run's output is kept for its viewers, in KiB
    #[arg(long, value_name = "KIB", default_value_t = 1024, value_parser = clap::value_parser!(u32).range(256..=1 << 20))]
    kept: u32,
    /// How long a run goes on with nobody watching, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = still_running_protocol::UNWATCHED_SECONDS, value_parser = clap::value_parser!(u64).range(..=86_400))]
    unwatched: u64,
    /// Terminals that one address may have open
    #[arg(long, value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..))]
    sockets: u32,
}

impl LimitOptions {
    pub fn sockets(&self) -> usize {
        self.sockets as usize
    }

    pub fn limits(&self) -> Limits {
        let usual = Limits::default();
        Limits {
            running: self.runs.map_or(usual.running, |n| n as usize),
            waiting: self.waiting as usize,
            time: Duration::from_secs(self.run_time),
            output: self.output << 20,
            log: (self.kept as usize) << 10,
            unwatched: Duration::from_secs(self.unwatched),
            ..usual
        }
    }
}
