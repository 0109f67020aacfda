//! `watch <slug>`: the reader's own variant, built and run whenever its file is saved.
//!
//! The file's time is asked for, again and again: that works on each file system, also where a watcher silently does
//! nothing.

use super::{
    Complaint,
    check::mine::{self, Asked},
    interrupt::Interrupt,
    out::line,
    place::Where,
    typed::Typed,
};
use crate::{
    catalog::{self, Catalog, Job, MINE},
    keeper::{Captured, End, Order, Status, capture_until},
    pool,
    postgres::Postgres,
    runs::{Environment, Workshop},
};
use clap::Args;
use labkit_wire::{Value, Verdict};
use std::{
    collections::BTreeMap,
    fs,
    io::IsTerminal,
    path::Path,
    pin::pin,
    process::ExitCode,
    sync::Arc,
    time::{Duration, SystemTime},
};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

/// How often the file is looked at.
const LOOK: Duration = Duration::from_millis(200);
/// How long a run may take.
const LIMIT: Duration = Duration::from_secs(60);
/// How much of a run is shown.
const TAIL: usize = 64 << 10;

#[derive(Debug, Args)]
#[command(after_help = "Ctrl-C ends it, and leaves nothing behind.")]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// Run it at every point of the lab's grid, as `check --mine` does
    #[arg(long)]
    grid: bool,
    /// Which lab; `still-running list` names them
    slug: String,
    /// The lab's knobs
    #[arg(value_name = "--KNOB VALUE", trailing_var_arg = true, allow_hyphen_values = true)]
    rest: Vec<String>,
}

/// What is watched, and what is done each time.
struct Watch {
    catalog: Catalog,
    workshop: Workshop,
    environment: Arc<Environment>,
    job: Job,
    knobs: BTreeMap<String, Value>,
    grid: bool,
}

pub async fn watch(options: Options) -> Result<ExitCode, Complaint> {
    let typed = Typed::parse(&options.rest)?;
    let (catalog, workspace) = options.place.some(std::slice::from_ref(&options.slug)).await?;
    let job = catalog.choose(&options.slug, MINE, &typed.knobs)?;
    let workshop = mine::workshop(workspace)?;
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    let postgres = Postgres::for_labs(&catalog);
    let environment = Environment { postgres, events: false, colour: Some(colour) };
    let environment = Arc::new(environment);
    let watch =
        Watch { catalog, workshop, environment, job, knobs: typed.knobs, grid: options.grid };
    let code = watch.until(&mut interrupt).await;
    watch.environment.postgres.end().await;
    code
}

impl Watch {
    /// Until somebody presses Ctrl-C.
    async fn until(&self, interrupt: &mut Interrupt) -> Result<ExitCode, Complaint> {
        let slug = self.job.lab.slug();
        let folder = self.workshop.folder(slug);
        let file = folder.map_err(|e| Complaint::new(e.to_string()))?.dir().join("mine.rs");
        loop {
            let (stop, seen) = (CancellationToken::new(), stamp(&file));
            let (mut round, mut over) = (pin!(self.round(&stop)), false);
            let ended = loop {
                tokio::select! {
                    code = interrupt.next() => break Some(code),
                    () = changed(&file, seen) => break None,
                    () = &mut round, if !over => {
                        over = true;
                        line(&format!("— labs/{slug}/mine.rs is watched; Ctrl-C ends this"));
                    }
                }
            };
            stop.cancel();
            if !over {
                // What was begun ends at once, and is waited for: then nothing of it is left.
                round.await;
            }
            if let Some(code) = ended {
                return Ok(ExitCode::from(code));
            }
        }
    }

    /// Builds it, runs it, and says what came of it. Once `stop` is cancelled it ends soon, and says no more.
    async fn round(&self, stop: &CancellationToken) {
        let ended = if self.grid { self.check(stop).await } else { self.run(stop).await };
        if let Err(complaint) = ended {
            complaint.report();
        }
    }

    async fn check(&self, stop: &CancellationToken) -> Result<(), Complaint> {
        let asked = Asked {
            slug: self.job.lab.slug(),
            knobs: &self.knobs,
            at_once: pool::cores(),
            limit: LIMIT,
            json: false,
        };
        mine::check(&asked, &self.catalog, &self.workshop, &self.environment, stop).await.map(drop)
    }

    async fn run(&self, stop: &CancellationToken) -> Result<(), Complaint> {
        let slug = self.job.lab.slug();
        let program = match self.workshop.make(slug, mine::BUILD, stop.cancelled()).await {
            Ok(program) => program,
            Err(_) if stop.is_cancelled() => return Ok(()),
            Err(not) => {
                mine::uncompiled(&not, false);
                return Ok(());
            }
        };
        let order = Order::new(program).args(catalog::args(&self.job.variant, &self.job.values));
        let (order, loan) = tokio::select! {
            furnished = self.environment.furnish(order, &self.job) => furnished,
            () = stop.cancelled() => return Ok(()),
        };
        let captured = capture_until(&order, LIMIT, TAIL, stop.cancelled()).await;
        loan.give_back().await;
        let captured = captured.map_err(|e| Complaint::new("Nothing was run.").because(e))?;
        if !stop.is_cancelled() {
            line(String::from_utf8_lossy(&captured.output).trim_end());
            line(&format!("{slug} mine: {}", verdict(&captured)));
        }
        Ok(())
    }
}

fn verdict(captured: &Captured) -> String {
    match captured.end {
        End::Exited(Some(Status::Code(code))) => match Verdict::from_code(code) {
            Some(verdict) => verdict.to_string(),
            None => format!("no verdict, it ended with code {code}"),
        },
        End::Exited(status) => {
            let signal = status.and_then(Status::signal).unwrap_or_default();
            format!("no verdict, it was ended {signal}")
        }
        End::TimeLimit => format!("no verdict, it was still running after {} s", LIMIT.as_secs()),
    }
}

/// What tells one version of a file from the next; none while an editor puts another in its place.
type Stamp = Option<(SystemTime, u64)>;

fn stamp(file: &Path) -> Stamp {
    let about = fs::metadata(file).ok()?;
    Some((about.modified().ok()?, about.len()))
}

/// Until another version stands there, whole: twice the same.
async fn changed(file: &Path, seen: Stamp) {
    let mut last = seen;
    loop {
        sleep(LOOK).await;
        let now = stamp(file);
        if now.is_some() && now != seen && now == last {
            return;
        }
        last = now;
    }
}
