//! Programs that are over, or were asked to end: what keeps their process alive?

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;

use labkit::{Busy, prelude::*};
use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};
use std::{
    any::type_name,
    env, fs,
    future::poll_fn,
    io::{self, Read, Write},
    pin::pin,
    process::{self, Stdio},
    sync::atomic::{AtomicBool, Ordering::SeqCst},
    thread,
};
use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines, stdin},
    process::{Child, ChildStdout, Command},
    runtime::{Builder, Runtime},
    signal::{
        ctrl_c,
        unix::{SignalKind, signal},
    },
    task::spawn_blocking,
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

labkit::choice! {
    /// What the program does at its end.
    Case {
        /// It asks a question, and does not wait for the answer for ever.
        Stdin = "stdin",
        /// It gives up an export.
        Blocking = "blocking",
        /// It is told to end by SIGTERM, as in a container.
        Sigterm = "sigterm",
        /// It is told to end by Ctrl-C, and told again.
        Twice = "twice",
    }
}

labkit::choice! {
    /// Which process it is, in the case `sigterm`.
    Number {
        /// Number 1 of its container.
        One = "one",
        /// Any other.
        Other = "other",
    }
}

labkit::knobs! {
    /// What the program does at its end.
    case: Case = Case::Stdin;
    /// How long the program waits before it gives up.
    limit: Duration = 100, 10..=1000, grid [50, 300];
    /// What it waits for takes that long: nobody types, the export goes on, requests do not end.
    takes: Duration = 1500, 10..=3000, grid [20, 1000];
    /// Which process it is, in the case `sigterm`.
    process: Number = Number::One;
}

/// A program that asks a question on its terminal.
trait Asks {
    fn main(limit: Duration);
}

/// A program that exports rows, on a thread where blocking is allowed.
trait Exports {
    fn main(limit: Duration);
}

/// A service that is stopped by a signal, and has something to tidy up.
trait Deployed {
    fn main() -> io::Result<()>;
}

/// A service that is stopped by Ctrl-C, and first lets its requests end.
trait Stopped {
    fn main() -> io::Result<()>;
}

/// Between two presses of a key.
const AGAIN: Duration = ms(300);
/// Far longer than a process takes to end that is let go.
const LONG: Duration = ms(10_000);

// ANCHOR: scenario
async fn scenario<A: Asks + Exports + Deployed + Stopped>(lab: Lab, knobs: Knobs) -> Result {
    let mut program = Program::start::<A>(&lab, knobs).await?;
    let in_time = timeout(knobs.takes, program.heard_to_its_end()).await.is_ok();
    let stays = !in_time && program.is_to_end;
    if stays {
        program.lane.say("is still there");
    }
    program.let_go().await?;
    lab.check_eq("processes that stay when they are to end", 0, usize::from(stays));
    if knobs.case == Case::Sigterm && program.is_to_end {
        lab.check_eq("it has tidied up", true, program.has_tidied_up);
    }
    Ok(())
}
// ANCHOR_END: scenario

/// A process of its own, as the lab sees it. What it waits for is the end of its standard input: then the answer comes, the export
/// is done, the requests have ended. The lab holds the only other end, so a program ends with the lab, however that ends.
struct Program {
    lab: Lab,
    lane: Lane,
    operator: Lane,
    case: Case,
    child: Child,
    shown: Option<Busy>,
    lines: Lines<BufReader<ChildStdout>>,
    number: Option<Pid>,
    /// It has given up, or was asked to end.
    is_to_end: bool,
    drains: bool,
    has_tidied_up: bool,
}

impl Program {
    async fn start<A>(lab: &Lab, knobs: Knobs) -> Result<Self> {
        let mut command = match (knobs.case, knobs.process) {
            (Case::Sigterm, Number::One) => as_number_one().await?,
            _ => Command::new(env::current_exe()?),
        };
        let limit = knobs.limit.as_millis().to_string();
        command.args([PROGRAM, type_name::<A>(), knobs.case.word(), &limit]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        lab.ready();
        let mut child = command.spawn()?;
        let said = child.stdout.take().ok_or_else(|| io::Error::other("no standard output"))?;
        Ok(Self {
            lab: lab.clone(),
            shown: Some(lab.lane("program").busy("process")),
            lane: lab.lane("program"),
            operator: lab.lane("operator"),
            case: knobs.case,
            child,
            lines: BufReader::new(said).lines(),
            number: None,
            is_to_end: false,
            drains: false,
            has_tidied_up: false,
        })
    }

    /// Hears it, and tells it what it is to be told. Cancel-safe: what was heard is kept.
    async fn heard_to_its_end(&mut self) -> io::Result<()> {
        let mut again = every(AGAIN);
        loop {
            select! {
                line = self.lines.next_line() => match line? {
                    Some(line) => self.hears(&line)?,
                    None => break,
                },
                _ = again.tick(), if self.drains => self.signal(Signal::INT, "Ctrl-C, again")?,
            }
        }
        let status = self.child.wait().await?;
        drop(self.shown.take());
        self.lane.say(format!("is gone: {status}"));
        Ok(())
    }

    fn hears(&mut self, line: &str) -> io::Result<()> {
        match line.strip_prefix(READY) {
            Some(number) => {
                self.number = number.trim().parse().ok().and_then(Pid::from_raw);
                self.lane.say("serves");
                return match self.case {
                    Case::Sigterm => self.signal(Signal::TERM, "SIGTERM"),
                    _ => self.signal(Signal::INT, "Ctrl-C"),
                };
            }
            None => self.lane.say(line),
        }
        if line == GIVES_UP {
            self.must_end();
        }
        self.drains |= line == DRAINS;
        self.has_tidied_up |= line == TIDIED_UP;
        Ok(())
    }

    fn signal(&mut self, signal: Signal, what: &str) -> io::Result<()> {
        self.must_end();
        self.operator.say(what);
        match self.number.map(|number| kill_process(number, signal)) {
            // It may have ended between two presses.
            None | Some(Ok(()) | Err(Errno::SRCH)) => Ok(()),
            Some(Err(error)) => Err(error.into()),
        }
    }

    fn must_end(&mut self) {
        if !self.is_to_end {
            self.lab.cancelled();
        }
        self.is_to_end = true;
    }

    /// Closes its standard input, and waits until it is gone.
    async fn let_go(&mut self) -> io::Result<()> {
        if self.child.try_wait()?.is_none() {
            self.operator.say("lets it go");
            drop(self.child.stdin.take());
            self.drains = false;
            timeout(LONG, self.heard_to_its_end()).await??;
        }
        Ok(())
    }
}

/// What runs the rest of its arguments as process number 1 of a namespace of its own.
async fn as_number_one() -> Result<Command> {
    for also in [&[][..], &["--user", "--map-root-user"]] {
        let alone = || {
            let mut command = Command::new("unshare");
            command.args(["--pid", "--fork", "--kill-child"]).args(also);
            command
        };
        if alone().arg("true").output().await.is_ok_and(|it| it.status.success()) {
            let mut command = alone();
            command.arg(env::current_exe()?);
            return Ok(command);
        }
    }
    Err(Unavailable {
        what: "no process may be number 1 of a namespace here (unshare --pid)".into(),
        how: "run it as root, or look at what another number does: --process other".into(),
    }
    .into())
}

/// What a program says; and to which question the first argument of this executable is the answer.
const PROGRAM: &str = "--program";
const READY: &str = "ready";
const GIVES_UP: &str = "gives up";
const DRAINS: &str = "waits for its requests to end";
const TIDIED_UP: &str = "has tidied up";

/// Whether what the program waits for is over.
static OVER: AtomicBool = AtomicBool::new(false);

/// Runs `main` of the variant that was asked for.
fn program<A: Asks + Exports + Deployed + Stopped>(case: &str, limit: Duration) -> io::Result<()> {
    if case != Case::Stdin.word() {
        let must_exit = case == Case::Sigterm.word();
        thread::spawn(move || watch_the_lab(must_exit));
    }
    match case {
        "stdin" => <A as Asks>::main(limit),
        "blocking" => <A as Exports>::main(limit),
        "sigterm" => <A as Deployed>::main()?,
        _ => <A as Stopped>::main()?,
    }
    Ok(())
}

/// At the end of the standard input all that the program waits for is over. No program stays for long after that.
fn watch_the_lab(must_exit: bool) {
    let mut rest = vec![];
    match io::stdin().read_to_end(&mut rest) {
        Ok(_) | Err(_) => OVER.store(true, SeqCst),
    }
    if !must_exit {
        thread::sleep(LONG / 2);
    }
    process::exit(9)
}

/// The runtime that `#[tokio::main(flavor = "current_thread")]` makes.
fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().expect("a runtime can be built")
}

fn say(what: &str) {
    if writeln!(io::stdout(), "{what}").is_err() {
        process::exit(9) // the lab is gone
    }
}

fn gives_up() {
    say(GIVES_UP);
}

/// A line from the terminal.
async fn answer() -> String {
    let mut answer = String::new();
    match BufReader::new(stdin()).read_line(&mut answer).await {
        Ok(_) => format!("is answered: {answer:?}"),
        Err(error) => format!("can't be answered: {error}"),
    }
}

/// Writes one of many rows; says whether there are more.
fn write_a_row() -> bool {
    thread::sleep(ms(10));
    !OVER.load(SeqCst)
}

/// Serves until it is asked to stop. It is known to serve when it listens to what may stop it.
async fn serve_until(stop: impl Future<Output = io::Result<()>>) -> io::Result<()> {
    let (mut stop, mut is_ready) = (pin!(stop), false);
    poll_fn(|cx| {
        let asked = stop.as_mut().poll(cx);
        if !is_ready {
            is_ready = true;
            // What the outermost /proc calls it, in which the lab looks, too.
            let number =
                fs::read_link("/proc/self").unwrap_or_else(|_| process::id().to_string().into());
            say(&format!("{READY} {}", number.display()));
        }
        asked
    })
    .await
}

async fn tidy_up() {
    sleep(ms(10)).await;
    say(TIDIED_UP);
}

/// Lets the requests end that are being served.
async fn drain() {
    say(DRAINS);
    while !OVER.load(SeqCst) {
        sleep(ms(5)).await;
    }
}

/// A popular fix is one of one case. In the other cases, which this names by their traits, it does what the real fix does.
macro_rules! rest_is_fixed {
    ($($part:ident),+) => { $(rest_is_fixed!(@$part);)+ };
    (@Asks) => {
        impl Asks for App {
            fn main(limit: Duration) {
                <fixed::App as Asks>::main(limit);
            }
        }
    };
    (@Exports) => {
        impl Exports for App {
            fn main(limit: Duration) {
                <fixed::App as Exports>::main(limit);
            }
        }
    };
    (@Deployed) => {
        impl Deployed for App {
            fn main() -> io::Result<()> {
                <fixed::App as Deployed>::main()
            }
        }
    };
    (@Stopped) => {
        impl Stopped for App {
            fn main() -> io::Result<()> {
                <fixed::App as Stopped>::main()
            }
        }
    };
}

mod wrong {
    pub(crate) mod abort;
    pub(crate) mod closed;
    pub(crate) mod dropped;
    pub(crate) mod hangup;
}

type Main = fn(&str, Duration) -> io::Result<()>;

/// Each variant by the name of its type, which is how a scenario asks for its program.
fn program_of(variant: &str) -> Option<Main> {
    let all: &[(&str, Main)] = &[
        (type_name::<buggy::App>(), program::<buggy::App>),
        (type_name::<fixed::App>(), program::<fixed::App>),
        #[cfg(feature = "mine")]
        (type_name::<mine::App>(), program::<mine::App>),
        (type_name::<wrong::abort::App>(), program::<wrong::abort::App>),
        (type_name::<wrong::closed::App>(), program::<wrong::closed::App>),
        (type_name::<wrong::dropped::App>(), program::<wrong::dropped::App>),
        (type_name::<wrong::hangup::App>(), program::<wrong::hangup::App>),
    ];
    all.iter().find(|(name, _)| *name == variant).map(|(_, main)| *main)
}

fn main() -> ExitCode {
    let args: Vec<_> = env::args().skip(1).collect();
    if let [PROGRAM, variant, case, limit] = args.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        let limit = limit.parse().map(ms);
        return match (program_of(variant), limit) {
            (Some(main), Ok(limit)) if main(case, limit).is_ok() => ExitCode::SUCCESS,
            _ => ExitCode::FAILURE,
        };
    }
    Manifest {
        title: "The last line is printed, and the process stays",
        crates: &["tokio"],
        article: &["1.5"],
        clock: Clock::Real,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: App, wrong: abort, closed, dropped, hangup],
    )
}
