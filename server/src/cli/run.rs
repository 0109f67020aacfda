use super::{
    Complaint,
    interrupt::Interrupt,
    place::Where,
    record::{self, about::header},
    typed::Typed,
};
use crate::{
    catalog::{self, Catalog, Job, MINE, Workspace},
    keeper::{Order, Output, Status, start},
    postgres::Postgres,
    runs::{Environment, Workshop},
};
use clap::Args;
use labkit_wire::Need;
use std::{
    io::IsTerminal,
    path::{Path, PathBuf},
    process::ExitCode,
};
use still_running_view::recording::Recording;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Debug, Args)]
pub struct Options {
    #[command(flatten)]
    place: Where,
    /// Write the run to this file, as an asciicast v3 with the events of the timeline
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Which lab; `still-running list` names them
    slug: String,
    /// buggy (unless given), fixed or mine; then the lab's knobs
    #[arg(
        value_name = "VARIANT | --KNOB VALUE",
        trailing_var_arg = true,
        allow_hyphen_values = true
    )]
    rest: Vec<String>,
}

pub async fn run(options: Options) -> Result<ExitCode, Complaint> {
    let typed = Typed::parse(&options.rest)?;
    let record = typed.record.or(options.record);
    let (catalog, workspace) = options.place.some(std::slice::from_ref(&options.slug)).await?;
    let variant = typed.variant.as_deref().unwrap_or("buggy");
    let job = catalog.choose(&options.slug, variant, &typed.knobs)?;
    let mut interrupt =
        Interrupt::listen().map_err(|e| Complaint::new("Signals cannot be heard.").because(e))?;
    let program = match variant {
        MINE => match build(&job, workspace, &mut interrupt).await? {
            Ok(program) => program,
            Err(code) => return Ok(code),
        },
        _ => job.lab.program.clone(),
    };
    let environment = environment(&catalog, &job, record.is_some());
    let order = Order::new(program).args(catalog::args(&job.variant, &job.values));
    let (order, loan) = tokio::select! {
        furnished = environment.furnish(order, &job) => furnished,
        code = interrupt.next() => return Ok(ExitCode::from(code)),
    };
    let mut kept = record.is_some().then(Vec::new);
    let ended = execute(&order, &mut interrupt, kept.as_mut()).await;
    loan.give_back().await;
    environment.postgres.end().await;
    let ended = ended?;
    if let (Some(file), Some(output)) = (record, kept) {
        write_recording(&file, &job, &output, &ended)?;
    }
    Ok(ended.exit())
}

fn environment(catalog: &Catalog, job: &Job, record: bool) -> Environment {
    let postgres = Postgres::for_labs(catalog);
    if let Some(notice) = postgres.notice().filter(|_| job.lab.needs(Need::Postgres)) {
        eprintln!("note: {notice}");
    }
    let terminal = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none();
    Environment { postgres, events: record, colour: (terminal || record).then_some(true) }
}

/// The reader's own variant, built; or how the compiler ended.
async fn build(
    job: &Job,
    workspace: Option<Workspace>,
    interrupt: &mut Interrupt,
) -> Result<Result<PathBuf, ExitCode>, Complaint> {
    let workspace = workspace.ok_or_else(|| {
        Complaint::usage("There is no source here to build your own variant from.")
            .because("this is not a checkout of the project")
            .so("clone the project, and run this in its folder.")
    })?;
    let workshop = Workshop::new(workspace);
    match execute(&workshop.build(job.lab.slug()), interrupt, None).await? {
        Ended::Lab(Some(Status::Code(0))) => {
            let kept = workshop.keep(job.lab.slug());
            Ok(Ok(kept.map_err(|e| {
                Complaint::new("What was built could not be put aside.").because(e)
            })?))
        }
        ended => Ok(Err(ended.exit())),
    }
}

enum Ended {
    /// None where its keeper was killed.
    Lab(Option<Status>),
    Interrupted(u8),
    /// Nobody reads what we print.
    Unread,
}

impl Ended {
    fn code(&self) -> u8 {
        match self {
            Self::Lab(Some(Status::Code(code))) => *code as u8,
            Self::Lab(Some(Status::Signal(signal))) => 128 + *signal as u8,
            Self::Lab(None) => 1,
            Self::Interrupted(code) => *code,
            Self::Unread => 141,
        }
    }

    fn exit(&self) -> ExitCode {
        ExitCode::from(self.code())
    }
}

/// Runs a program in this terminal. When this returns, no process of it is left.
async fn execute(
    order: &Order,
    interrupt: &mut Interrupt,
    keep: Option<&mut Vec<u8>>,
) -> Result<Ended, Complaint> {
    let (mut tree, output) =
        start(order).await.map_err(|e| Complaint::new("Nothing was run.").because(e))?;
    let cut_short = tokio::select! {
        // A lab that closed its output may run on.
        read = async { let read = copy(output, keep).await; if read.is_ok() { tree.exited().await } read } => {
            read.err().map(|_| Ended::Unread)
        }
        code = interrupt.next() => Some(Ended::Interrupted(code)),
    };
    tree.cut();
    let status = tree.gone().await;
    Ok(cut_short.unwrap_or(Ended::Lab(status)))
}

/// To standard output, as it comes; what is kept keeps the events, which a terminal does not need.
async fn copy(mut output: Output, mut keep: Option<&mut Vec<u8>>) -> std::io::Result<()> {
    let (mut out, mut buffer) = (tokio::io::stdout(), vec![0; 64 << 10]);
    loop {
        let n = output.read(&mut buffer).await?;
        if n == 0 {
            return Ok(());
        }
        if let Some(kept) = keep.as_deref_mut() {
            kept.extend_from_slice(&buffer[..n]);
        }
        out.write_all(&buffer[..n]).await?;
        out.flush().await?;
    }
}

fn write_recording(file: &Path, job: &Job, output: &[u8], ended: &Ended) -> Result<(), Complaint> {
    let name = file.display();
    if output.len() > record::MOST {
        return Err(Complaint::new(format!("{name} was not written."))
            .because(format!(
                "the run printed {} MiB, and a recording holds {}",
                output.len() >> 20,
                record::MOST >> 20
            ))
            .so("run it with knobs that make it print less."));
    }
    let recording = Recording::of(header(job), output, Some(ended.code().into()));
    std::fs::write(file, recording.to_string()).map_err(|error| {
        Complaint::new(format!("{name} was not written."))
            .because(error)
            .so("name another file with --record FILE.")
    })
}
