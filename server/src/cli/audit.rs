//! `still-running audit`: the shapes of the labs, in somebody else's crate.

use super::{Complaint, out::line};
use clap::Args;
use std::{
    io::{IsTerminal, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Mutex,
    time::{Duration, Instant},
};
use still_running_audit::{self as audit, Progress, Report, Rules, baseline, out};

/// Nobody wants to be told of what is over in a moment.
const QUIET: Duration = Duration::from_secs(1);

/// In a terminal, where each line takes the place of the one before.
const OFTEN: Duration = Duration::from_millis(100);

/// Where nobody looks on, as in CI, a line now and then.
const SELDOM: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
#[command(after_help = "\
Types come from `cargo clippy`, which builds the crate: it runs its build scripts, and the next clippy of your own checks anew.
Without types nothing is sure.

Exit codes: 0 nothing, or notes alone; 10 at least one finding is sure; 11 some are likely, none is sure; 2 a wrong command line.

A place that is meant so: // still-running: allow(rule): the reason, which is required")]
pub struct Options {
    /// A crate, a workspace, any folder with Rust in it, or one file
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Read only: do not ask clippy for types
    #[arg(long)]
    no_types: bool,
    /// Show notes too, which are else only counted
    #[arg(long)]
    notes: bool,
    /// All of it as one JSON object
    #[arg(long, conflicts_with = "sarif")]
    json: bool,
    /// As SARIF 2.1.0, for code scanning
    #[arg(long)]
    sarif: bool,
    /// Leave out what this file knows
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write all that is found into this file, as known from now on, and end with 0
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
}

pub fn audit(options: &Options) -> Result<ExitCode, Complaint> {
    let mut report = look(options)?;
    let rules = Rules::ours().map_err(|e| Complaint::new("The rules are broken.").because(e))?;
    if let Some(file) = &options.write_baseline {
        baseline::write(&report, file).map_err(|e| unwritten(file, e))?;
        line(&format!("Known from now on: {}.", report.findings.len()));
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(file) = &options.baseline {
        baseline::apply(&mut report, file).map_err(|e| unread(file, e))?;
    }
    line(written(&report, &rules, options).trim_end());
    Ok(ExitCode::from(report.exit_code()))
}

fn written(report: &Report, rules: &Rules, options: &Options) -> String {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    match (options.json, options.sarif) {
        (true, _) => format!("{:#}", out::json(report)),
        (_, true) => format!("{:#}", out::sarif(report, rules)),
        _ => out::text(report, rules, options.notes, colour),
    }
}

fn unread(file: &Path, why: baseline::Unusable) -> Complaint {
    Complaint::usage(format!("The baseline {} cannot be used.", file.display()))
        .because(why)
        .so("write one: still-running audit --write-baseline FILE")
}

fn unwritten(file: &Path, why: baseline::Unusable) -> Complaint {
    Complaint::new(format!("The baseline {} could not be written.", file.display())).because(why)
}

fn look(options: &Options) -> Result<Report, Complaint> {
    let teller = Teller::new();
    let types = !options.no_types;
    let report = audit::audit(&options.path, audit::Options { types }, &|at| teller.tell(at));
    teller.done();
    report.map_err(|e| {
        Complaint::usage("There is nothing to look at.".to_owned())
            .because(e)
            .so("name a folder with Rust in it: still-running audit path/to/crate")
    })
}

/// Says on standard error how far it is, where it takes longer than one likes to wait.
struct Teller {
    began: Instant,
    last: Mutex<Option<Instant>>,
    terminal: bool,
}

impl Teller {
    fn new() -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { began: Instant::now(), last: Mutex::new(None), terminal }
    }

    fn tell(&self, at: Progress) {
        let pause = if self.terminal { OFTEN } else { SELDOM };
        let Ok(mut last) = self.last.try_lock() else { return };
        if is_due(self.began.elapsed(), last.map(|last| last.elapsed()), pause) {
            *last = Some(Instant::now());
            self.say(&sentence(at));
        }
    }

    fn say(&self, text: &str) {
        let (begin, end) = if self.terminal { ("\r\x1b[K", "") } else { ("", "\n") };
        let mut err = std::io::stderr().lock();
        write!(err, "{begin}{text}{end}").and_then(|()| err.flush()).unwrap_or_default();
    }

    fn done(&self) {
        if self.terminal && self.last.lock().is_ok_and(|last| last.is_some()) {
            self.say("");
        }
    }
}

/// Not in the first second, and then not again before the pause is over.
fn is_due(began: Duration, last: Option<Duration>, pause: Duration) -> bool {
    last.map_or(began > QUIET, |last| last > pause)
}

fn sentence(at: Progress) -> String {
    match at {
        Progress::Read(done, all) => format!("read {done} of {all} files"),
        Progress::Asked(0) => "asking cargo clippy for types; it builds the crate".to_owned(),
        Progress::Asked(crates) => format!("asking cargo clippy for types; {crates} crates built"),
    }
}

#[cfg(test)]
mod tests {
    use super::{QUIET, SELDOM, is_due};
    use std::time::Duration;

    #[test]
    fn what_is_over_in_a_second_is_not_told_and_what_takes_longer_is_told_now_and_then() {
        let ms = Duration::from_millis;
        assert!(!is_due(QUIET, None, SELDOM) && is_due(QUIET + ms(1), None, SELDOM));
        assert!(
            !is_due(ms(9_000), Some(ms(8_000)), SELDOM)
                && is_due(ms(12_000), Some(ms(11_000)), SELDOM)
        );
    }
}
