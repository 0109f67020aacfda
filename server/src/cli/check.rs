//! Every buggy variant violates, every fixed one holds, each time; over the grids of the knobs, too, where that is asked.

mod grid;
pub mod mine;
mod plan;
mod report;
mod trial;

use super::{Complaint, interrupt::Interrupt, place::Where};
use crate::{
    catalog::{Catalog, Job, Workspace},
    keeper::capture,
    pool,
    postgres::Postgres,
    runs::Environment,
};
use clap::Args;
use labkit_wire::{Value, Verdict};
use plan::{Outcome, Wanted, order, plan};
use report::Report;
use std::{
    ops::ControlFlow, path::PathBuf, pin::pin, process::ExitCode, sync::Arc, time::Duration,
};
use tokio_util::sync::CancellationToken;
use trial::{Aim, Trial};

/// How much of a run's output is kept, to be shown if it went wrong.
const TAIL: usize = 64 << 10;

#[derive(Debug, Args)]
#[command(after_help = mine::CODES)]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// Which labs [default: all]
    slugs: Vec<String>,
    /// Turn a knob of each of them, as --knob case=mutex
    #[arg(long = "knob", value_name = "NAME=VALUE", value_parser = name_and_value)]
    knobs: Vec<(String, Value)>,
    /// Try each value of each knob's grid, too: fixed never violates, and each wrong fix does somewhere
    #[arg(long)]
    grid: bool,
    /// Is yours a fix? Build it, and run it at every point of that lab's grid
    #[arg(long, requires = "slugs", conflicts_with_all = ["grid", "times", "until_odd", "keep"])]
    mine: bool,
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
    let (catalog, workspace) = options.place.some(&options.slugs).await?;
    if options.mine {
        return check_mine(options, &catalog, workspace).await;
    }
    let (slugs, knobs) = (&options.slugs, &options.knobs.into_iter().collect());
    let trials = plan(&catalog, Wanted { slugs, knobs, grid: options.grid })?;
    if options.grid {
        all_built(&catalog, workspace.as_ref(), slugs)?;
    }
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let environment = Arc::new(Environment {
        postgres: Postgres::for_labs(&catalog),
        events: false,
        colour: Some(false),
    });
    if let Some(notice) = environment.postgres.notice() {
        eprintln!("note: {notice}");
    }
    let mut report = Report::new(&trials, options.times, options.json, options.until_odd);
    if let Some(dir) = options.keep {
        let cannot = |e| Complaint::new(format!("{} cannot be made.", dir.display())).because(e);
        std::fs::create_dir_all(&dir).map_err(cannot)?;
        report = report.keeping(dir);
    }
    let jobs = options.jobs.map_or_else(pool::cores, usize::from);
    let ended = tokio::select! {
        () = try_all(repeat(&trials, options.times), jobs, Duration::from_secs(options.run_time), &environment, &mut report) => None,
        code = interrupt.next() => Some(ExitCode::from(code)),
    };
    environment.postgres.end().await;
    Ok(ended.unwrap_or_else(|| report.end()))
}

async fn check_mine(
    options: Options,
    catalog: &Catalog,
    workspace: Option<Workspace>,
) -> Result<ExitCode, Complaint> {
    let slug = options.one()?.to_owned();
    let workshop = mine::workshop(workspace)?;
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let environment =
        Environment { postgres: Postgres::for_labs(catalog), events: true, colour: Some(false) };
    let environment = Arc::new(environment);
    let asked = mine::Asked {
        slug: &slug,
        knobs: &options.knobs.into_iter().collect(),
        at_once: options.jobs.map_or_else(pool::cores, usize::from),
        limit: Duration::from_secs(options.run_time),
        json: options.json,
    };
    let stop = CancellationToken::new();
    let mut checking = pin!(mine::check(&asked, catalog, &workshop, &environment, &stop));
    let ended = tokio::select! {
        ended = &mut checking => ended,
        code = interrupt.next() => {
            stop.cancel();
            checking.await?;
            Ok(ExitCode::from(code))
        }
    };
    environment.postgres.end().await;
    ended
}

impl Options {
    /// The one lab whose own variant is meant.
    fn one(&self) -> Result<&str, Complaint> {
        match self.slugs.as_slice() {
            [slug] => Ok(slug),
            _ => Err(Complaint::usage("--mine looks at one lab.")
                .so("name it: still-running check <slug> --mine")),
        }
    }
}

/// A wrong fix that is not built in is an error: nobody would miss it.
fn all_built(
    catalog: &Catalog,
    workspace: Option<&Workspace>,
    slugs: &[String],
) -> Result<(), Complaint> {
    match workspace.map(|w| grid::unbuilt(catalog, w, slugs)).unwrap_or_default().as_slice() {
        [] => Ok(()),
        files => Err(Complaint::new("Not all wrong fixes can be tried.")
            .because(format!("their labs were built without {}", files.join(", ")))
            .so("build them: cargo build")),
    }
}

/// Until all are over, or the report has seen enough. Dropped halfway, it leaves no process behind: each trial's tree ends with its task.
async fn try_all(
    trials: impl Iterator<Item = Trial>,
    jobs: usize,
    limit: Duration,
    environment: &Arc<Environment>,
    report: &mut Report,
) {
    let work = |trial: Trial| try_one(trial, limit, environment.clone());
    pool::each(trials, jobs, work, |trial, ended| {
        let (job, outcome) =
            ended.unwrap_or_else(|panicked| (trial.job.clone(), Outcome::Fault(panicked, vec![])));
        report.add(&trial, &job, outcome);
        if report.has_seen_enough() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })
    .await;
}

/// Each trial that many times, one after the other: planned as they are made, for there may be billions.
fn repeat(trials: &[Trial], times: u32) -> impl Iterator<Item = Trial> {
    trials.iter().flat_map(move |trial| (0..times).map(|_| trial.clone()))
}

/// The run that decided, and what it showed.
async fn try_one(trial: Trial, limit: Duration, environment: Arc<Environment>) -> (Job, Outcome) {
    let mut job = trial.job;
    let mut further = trial.further.into_iter();
    loop {
        let (order, loan) = environment.furnish(order(&job), &job).await;
        let outcome = Outcome::of(capture(&order, limit, TAIL).await, limit);
        loan.give_back().await;
        let decides = trial.aim != Aim::ViolateSomewhere
            || !matches!(outcome, Outcome::Verdict(verdict, _) if verdict != Verdict::Violated);
        match further.next().filter(|_| !decides) {
            Some(next) => job = next,
            None => return (job, outcome),
        }
    }
}

fn name_and_value(text: &str) -> Result<(String, Value), String> {
    let halves =
        text.split_once('=').map(|(name, value)| (name.to_owned(), Value::Word(value.to_owned())));
    halves.ok_or_else(|| "a knob is turned by its name and a value, such as case=mutex".to_owned())
}
