//! Every buggy variant violates, every fixed one holds, each time.

mod plan;
mod report;

use super::{Complaint, Where, interrupt::Interrupt};
use crate::{keeper::capture, postgres::Postgres, runs::Environment};
use clap::Args;
use plan::{Outcome, Trial, plan};
use report::Report;
use std::{path::PathBuf, process::ExitCode, sync::Arc, time::Duration};
use tokio::task::JoinSet;

/// How much of a run's output is kept, to be shown if it went wrong.
const TAIL: usize = 64 << 10;

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// Which labs [default: all]
    slugs: Vec<String>,
    /// Turn a knob of each of them, as --knob case=mutex
    #[arg(long = "knob", value_name = "NAME=VALUE", value_parser = name_and_value)]
    knobs: Vec<(String, String)>,
    /// How often each variant is run
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    times: u32,
    /// How many run at a time [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    jobs: Option<u16>,
    /// How long one run may take, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..))]
    run_time: u64,
    /// Stop at the first run that goes wrong
    #[arg(long)]
    until_odd: bool,
    /// Keep what each run that goes wrong printed, a file for each in this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

pub async fn check(options: Options) -> Result<ExitCode, Complaint> {
    let (catalog, _) = options.place.some(&options.slugs).await?;
    let knobs = options.knobs.into_iter().collect();
    let trials = plan(&catalog, &options.slugs, &knobs, options.times)?;
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let environment = Arc::new(Environment {
        postgres: Postgres::for_labs(&catalog),
        events: false,
        colour: Some(false),
    });
    let mut report = Report::new(&trials, options.json, options.until_odd);
    if let Some(dir) = options.keep {
        let cannot = |e| Complaint::new(format!("{} cannot be made.", dir.display())).because(e);
        std::fs::create_dir_all(&dir).map_err(cannot)?;
        report = report.keeping(dir);
    }
    let jobs = options.jobs.map_or_else(cores, usize::from);
    let ended = tokio::select! {
        () = try_all(trials, jobs, Duration::from_secs(options.run_time), &environment, &mut report) => None,
        code = interrupt.next() => Some(ExitCode::from(code)),
    };
    environment.postgres.end().await;
    Ok(ended.unwrap_or_else(|| report.end()))
}

/// Until all are over, or the report has seen enough. Dropped halfway, it leaves no process behind: each trial's tree ends with its task.
async fn try_all(
    trials: Vec<Trial>,
    jobs: usize,
    limit: Duration,
    environment: &Arc<Environment>,
    report: &mut Report,
) {
    let mut running = JoinSet::new();
    for trial in trials {
        if running.len() == jobs
            && let Some(Ok((trial, outcome))) = running.join_next().await
        {
            report.add(&trial, outcome);
        }
        if report.has_seen_enough() {
            return;
        }
        running.spawn(try_one(trial, limit, environment.clone()));
    }
    while let Some(done) = running.join_next().await {
        let (trial, outcome) = done.expect("a trial does not panic and nobody aborts it");
        report.add(&trial, outcome);
    }
}

async fn try_one(trial: Trial, limit: Duration, environment: Arc<Environment>) -> (Trial, Outcome) {
    let order = environment.furnish(trial.order(), &trial.job).await;
    let outcome = Outcome::of(capture(&order, limit, TAIL).await, limit);
    (trial, outcome)
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    let halves = text.split_once('=').map(|(name, value)| (name.to_owned(), value.to_owned()));
    halves.ok_or_else(|| "a knob is turned by its name and a value, such as case=mutex".to_owned())
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}
