//! What a person types. Errors say what happened, why, and the one thing to do; a wrong command line ends with 2.

mod ask;
mod audit;
mod check;
mod complaint;
mod doctor;
mod interrupt;
mod list;
mod out;
mod place;
mod record;
mod run;
mod serve;
mod typed;
mod watch;
mod why;

pub use complaint::Complaint;

use clap::{Parser, Subcommand, ValueEnum};
use std::{io::IsTerminal, process::ExitCode, time::Duration};
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
    /// Build and run your own variant of a lab, `mine`, whenever you save it
    Watch(watch::Options),
    /// Run labs of this checkout, and keep what they did for the online edition
    Record(record::Options),
    /// What is here, what is missing, and the one command that gets it
    Doctor(doctor::Options),
    /// From a pasted line of log to the labs that can cause it
    Why(why::Options),
    /// Find in a crate of yours the shapes that the labs show; needs no lab and no book
    Audit(audit::Options),
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    Text,
    Json,
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
    done.and_then(out::all_is_out).unwrap_or_else(|complaint| complaint.report())
}

async fn obey(command: Command) -> Result<ExitCode, Complaint> {
    match command {
        Command::Serve(options) => serve::serve(options).await,
        Command::List(options) => list::list(options).await,
        Command::Run(options) => run::run(options).await,
        Command::Check(options) => check::check(options).await,
        Command::Watch(options) => watch::watch(options).await,
        Command::Record(options) => record::record(options).await,
        Command::Doctor(options) => doctor::doctor(options).await,
        Command::Why(options) => why::why(&options),
        Command::Audit(options) => audit::audit(&options),
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
