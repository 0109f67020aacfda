//! What a person types. Errors say what happened, why, and the one thing to do; a wrong command line ends with 2.

mod check;
mod complaint;
mod doctor;
mod interrupt;
mod list;
mod out;
mod run;
mod serve;
mod typed;

pub use complaint::Complaint;

use crate::{
    catalog::{Catalog, Workspace, find_workspace},
    postgres,
};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::{io::IsTerminal, path::PathBuf, process::ExitCode, time::Duration};
use tracing_subscriber::EnvFilter;

/// You cancelled it. It is still running. An interactive workbook on cancellation in async Rust.
#[derive(Debug, Parser)]
#[command(name = "still-running", version, max_term_width = 100)]
struct Cli {
    /// What happens inside, on standard error, as text or as JSON
    #[arg(long, value_name = "FORMAT", global = true)]
    log: Option<LogFormat>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the book and its labs
    Serve(serve::Options),
    /// The labs, what each shows, and whether it can run here
    List(list::Options),
    /// Run one lab in this terminal; the exit code is the lab's
    Run(run::Options),
    /// See that every buggy variant violates and every fixed one holds
    Check(check::Options),
    /// What is here, what is missing, and the one command that gets it
    Doctor(doctor::Options),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
}

/// Where labs are looked for.
#[derive(Debug, Args)]
pub struct Where {
    /// A folder of lab executables, each asked --describe [default: the workspace's own]
    #[arg(long, value_name = "DIR")]
    labs: Option<PathBuf>,
}

/// Parses the command line, and does what it says.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    start_log(cli.log);
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            return Complaint::new("The program could not start.").because(error).report();
        }
    };
    let done = runtime.block_on(obey(cli.command));
    // What still blocks a thread now is a read of standard input or of a dead file system, and not worth waiting for.
    runtime.shutdown_timeout(Duration::from_millis(100));
    done.unwrap_or_else(|complaint| complaint.report())
}

async fn obey(command: Command) -> Result<ExitCode, Complaint> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::List(options) => list::list(options).await,
        Command::Run(options) => run::run(options).await,
        Command::Check(options) => check::check(options).await,
        Command::Doctor(options) => doctor::doctor(options).await,
    }
}

/// Quiet, unless asked: by `--log`, or by `RUST_LOG`.
fn start_log(format: Option<LogFormat>) {
    let usual = if format.is_some() { "warn,still_running=info" } else { "warn" };
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(usual));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    match format {
        Some(LogFormat::Json) => log.json().init(),
        _ => log.with_ansi(std::io::stderr().is_terminal()).init(),
    }
}

impl Where {
    /// All labs; those that could not be asked are named on standard error.
    async fn catalog(&self, only: &[String]) -> Result<(Catalog, Option<Workspace>), Complaint> {
        let workspace = find_workspace();
        let catalog = Catalog::ask(self.labs.as_deref(), workspace.as_ref(), only).await.map_err(
            |error| {
                let folder = self
                    .labs
                    .clone()
                    .or(workspace.as_ref().map(|w| w.root.join("labs")))
                    .unwrap_or_default();
                Complaint::usage(format!("The labs in {} could not be listed.", folder.display()))
                    .because(error)
                    .so("name a folder of lab executables with --labs DIR.")
            },
        )?;
        for skipped in &catalog.skipped {
            eprintln!("warning: {skipped}");
        }
        Ok((catalog, workspace))
    }

    /// As [`Where::catalog`]; having no lab at all is an error.
    async fn some(&self, only: &[String]) -> Result<(Catalog, Option<Workspace>), Complaint> {
        let found = self.catalog(only).await?;
        if found.0.labs.is_empty() {
            return Err(no_labs(found.1.is_some()));
        }
        Ok(found)
    }
}

fn no_labs(workspace: bool) -> Complaint {
    let fix = if workspace {
        "build them: cargo build"
    } else {
        "name a folder of lab executables with --labs DIR."
    };
    Complaint::new("There is no lab to run.")
        .because("none is built, or none could be asked")
        .so(fix)
}

/// Why a lab cannot do all it could, here.
fn missing(lab: &crate::catalog::Lab) -> Option<String> {
    lab.needs(labkit_wire::Need::Postgres).then(postgres::missing).flatten()
}
