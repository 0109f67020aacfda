//! A caller gives up on a command. What becomes of the process, of its children, and of what it had borrowed?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod kill;
    pub(crate) mod task;
}

use labkit::{Owner, ok_or_err, prelude::*};
use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::{
    io::{self, ErrorKind, PipeReader, PipeWriter},
    process::{ExitStatus, Output, Stdio},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    join,
    net::unix::pipe,
    process::{Child, Command},
    task::JoinSet,
};
use tokio_util::task::AbortOnDropHandle;

labkit::choice! {
    /// What is started.
    Case {
        /// One program.
        Command = "command",
        /// A shell, which starts the program.
        Shell = "shell",
        /// A program that borrows something, and gives it back when it ends.
        Lease = "lease",
    }
}

labkit::knobs! {
    /// What is started.
    case: Case = Case::Command;
    /// How long the caller waits for its command.
    limit: Duration = 200, 20..=1000, grid [100, 400];
    /// How long a command works if nobody stops it: until its input is over.
    work: Duration = 1200, 20..=3000, grid [50, 2000];
}

/// Runs one program, and gives it up after `limit`.
trait Commands {
    fn convert(
        command: Command,
        limit: Duration,
    ) -> impl Future<Output = io::Result<Output>> + Send;
}

/// The same, where the program is started by a shell.
trait Shells {
    fn script(command: Command, limit: Duration)
    -> impl Future<Output = io::Result<Output>> + Send;
}

/// The same, where the program has to give something back when it ends.
trait Leases {
    fn borrow(
        command: Command,
        limit: Duration,
    ) -> impl Future<Output = io::Result<ExitStatus>> + Send;
}

// ANCHOR: scripts
/// Reads its input to the end.
const CONVERT: &str = "exec cat >/dev/null";
/// A shell that starts the same, and waits for it.
const SCRIPT: &str = "exec 3<&0; cat <&3 >/dev/null & wait";
/// Takes a lease, and reads its input to the end. It gives the lease back whenever it ends, and when it is asked to.
const BORROW: &str = "
trap 'exit 143' TERM
trap 'echo returned >&2' EXIT
echo taken >&2
while read -r line; do :; done";
// ANCHOR_END: scripts

const JOBS: usize = 3;
/// How long a command that was asked to end may take to do so.
const GRACE: Duration = ms(5000);

// ANCHOR: scenario
async fn scenario<A: Commands + Shells + Leases + 'static>(lab: Lab, knobs: Knobs) -> Result {
    let office = Office::new(&lab);
    let mut jobs = JoinSet::new();
    for number in 1..=JOBS {
        jobs.spawn(Job::new(&lab, knobs, number, office.clone()).run::<A>());
    }
    let mut ran_on = 0;
    while let Some(job) = jobs.join_next().await {
        ran_on += usize::from(job?? == End::ForNobody);
    }
    match knobs.case {
        Case::Lease => lab.check_eq("leases not given back", 0, office.lent.load(SeqCst)),
        _ => lab.check_eq("commands that worked to their end for nobody", 0, ran_on),
    }
    Ok(())
}
// ANCHOR_END: scenario

/// How a command ended.
#[derive(PartialEq)]
enum End {
    /// Its caller waited for it, or it ended because its caller did not.
    WithItsCaller,
    /// It worked to its end though its caller had given up.
    ForNobody,
}

/// One command and its caller.
struct Job {
    caller: Lane,
    command: Lane,
    knobs: Knobs,
    name: String,
    waits: Owner,
    office: Arc<Office>,
}

impl Job {
    fn new(lab: &Lab, knobs: Knobs, number: usize, office: Arc<Office>) -> Self {
        let name = format!("command {number}");
        let (caller, command) = (lab.lane("caller"), lab.lane("command"));
        Self { caller, command, knobs, name, waits: Owner::default(), office }
    }

    async fn run<A: Commands + Shells + Leases>(self) -> io::Result<End> {
        let (input, to_command) = io::pipe()?;
        let mut command = Command::new("sh");
        command.arg("-c").stdin(input);
        let feed = self.command.watch(&self.name, feed(to_command, self.knobs.work));
        let feed = AbortOnDropHandle::new(tokio::spawn(feed.owned_by(&self.waits)));
        let gave_up = self.call::<A>(command).await?;
        let read_all = feed.await??;
        let end = match (gave_up, read_all) {
            (true, true) => "has read all its input, for nobody",
            (true, false) => "is gone",
            (false, _) => "is done",
        };
        self.command.say(format!("{} {end}", self.name));
        Ok(if gave_up && read_all { End::ForNobody } else { End::WithItsCaller })
    }

    /// Says whether the caller gave up.
    async fn call<A: Commands + Shells + Leases>(&self, mut command: Command) -> io::Result<bool> {
        let limit = self.knobs.limit;
        match self.knobs.case {
            Case::Command => {
                command.arg(CONVERT);
                self.waits(A::convert(command, limit)).await
            }
            Case::Shell => {
                command.arg(SCRIPT);
                self.waits(A::script(command, limit)).await
            }
            Case::Lease => {
                let (said, says) = io::pipe()?;
                command.arg(BORROW).stderr(says);
                let (gave_up, said) =
                    join!(self.waits(A::borrow(command, limit)), self.office.listen(said));
                said.and(gave_up)
            }
        }
    }

    async fn waits<T>(&self, call: impl Future<Output = io::Result<T>>) -> io::Result<bool> {
        let call = self.caller.watch(&self.name, call).limit("timeout", self.knobs.limit);
        let call = call.outcome(ok_or_err).as_owner(&self.waits);
        match call.with_own_limit(is_late).await {
            late if is_late(&late) => Ok(true),
            answer => answer.map(|_| false),
        }
    }
}

fn is_late<T>(answer: &io::Result<T>) -> bool {
    answer.as_ref().is_err_and(|e| e.kind() == ErrorKind::TimedOut)
}

/// Writes a command's input, a line every 2 ms, until its time is over or the kernel says that nobody is left who could
/// read it. Says whether somebody was there to the end. The process that writes holds the only other end, so a command
/// reads the end of its input when a lab ends, however that ends.
async fn feed(to_command: PipeWriter, work: Duration) -> io::Result<bool> {
    let to_command = pipe::Sender::from_owned_fd(to_command.into())?;
    let until_nobody_reads = async {
        while !has_no_reader(&to_command) {
            sleep(ms(2)).await;
        }
    };
    Ok(timeout(work, until_nobody_reads).await.is_err())
}

fn has_no_reader(pipe: &pipe::Sender) -> bool {
    pipe.try_write(b"frame\n").is_err_and(|e| e.kind() == ErrorKind::BrokenPipe)
}

/// Who lends: hears what is taken and what is given back.
struct Office {
    lane: Lane,
    lent: AtomicUsize,
}

impl Office {
    fn new(lab: &Lab) -> Arc<Self> {
        Arc::new(Self { lane: lab.lane("office"), lent: AtomicUsize::new(0) })
    }

    /// Hears a command until its process is over.
    async fn listen(&self, said: PipeReader) -> io::Result<()> {
        let mut lines = BufReader::new(pipe::Receiver::from_owned_fd(said.into())?).lines();
        let mut lent = false;
        while let Some(line) = lines.next_line().await? {
            let taken = line == "taken";
            match (lent, taken) {
                (false, true) => self.lent.fetch_add(1, SeqCst),
                (true, false) => self.lent.fetch_sub(1, SeqCst),
                _ => continue,
            };
            lent = taken;
            self.lane.gauge("lent", self.lent.load(SeqCst), "");
        }
        self.lane.say(if lent {
            "a process is gone, and its lease is not back"
        } else {
            "a process is gone, and it owes nothing"
        });
        Ok(())
    }
}

// ANCHOR: group
/// The group of processes that a child leads: itself and all it starts, and what those start. It ends with this value.
struct Group(Pid);

impl Group {
    /// Of a child that was started with `process_group(0)`.
    fn of(child: &Child) -> Option<Self> {
        pid(child).map(Self)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        match kill_process_group(self.0, Signal::KILL) {
            Ok(()) | Err(_) => {} // an error says that none of them is left
        }
    }
}
// ANCHOR_END: group

/// Asks a child to end, as a shell's `kill` does.
fn ask_to_end(child: &Child) -> io::Result<()> {
    match pid(child) {
        Some(pid) => Ok(kill_process(pid, Signal::TERM)?),
        None => Ok(()),
    }
}

/// None once the child was waited for: its number may be another's by then.
fn pid(child: &Child) -> Option<Pid> {
    Pid::from_raw(child.id()?.try_into().ok()?)
}

fn main() -> ExitCode {
    Manifest {
        title: "The time is up, and the machine is still busy",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Real,
        needs: &[],
    }
    .main(env!("CARGO_PKG_NAME"), labkit::variants![scenario: App, wrong: task, kill])
}
