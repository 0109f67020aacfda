//! The server's end of a keeper.

use super::{ARG, Order, Status, TAKEN};
use rustix::{
    io::Errno,
    process::{Pid, Signal, kill_process},
};
use std::{
    io::{self, pipe},
    path::PathBuf,
    pin::pin,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::unix::pipe::Receiver,
    process::{Child, ChildStdin, ChildStdout, Command},
    time::sleep,
};

/// How long a keeper may take to say something, when it should be ending its run, before it is woken.
const NUDGE: Duration = Duration::from_millis(100);

/// What the lab and all its descendants print, standard output and standard error in one order. It ends when
/// the last of them has.
pub type Output = Receiver;

/// A keeper without work yet. Dropped, it ends.
pub(super) struct Keeper {
    tree: Tree,
    output: Output,
}

/// All keepers of this process that were not waited for yet. `Relaxed`: a number to show, and nothing hangs on it.
static ALIVE: AtomicUsize = AtomicUsize::new(0);

/// How many keepers there are, spare ones included.
pub fn alive() -> usize {
    ALIVE.load(Relaxed)
}

/// Counts one keeper for as long as it is held.
struct Counted;

impl Counted {
    fn new() -> Self {
        ALIVE.fetch_add(1, Relaxed);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        ALIVE.fetch_sub(1, Relaxed);
    }
}

/// A lab and all its descendants. Dropped, all of them are killed; to wait until they are gone, ask [`Tree::gone`].
pub struct Tree {
    keeper: Child,
    /// The keeper's standard input, which the order came by. Closed, the keeper kills all of them.
    lifeline: Option<ChildStdin>,
    /// What the keeper says: that it has the order, that the program began, how it ended.
    news: Lines<BufReader<ChildStdout>>,
    /// How the program ended, once the keeper said so.
    status: Option<Status>,
    /// Whether there were more processes than a run may have.
    storm: bool,
    _counted: Counted,
}

/// Why a program could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The program was not started, and will not be.
    #[error("no keeper could be started: {0}")]
    Keeper(#[from] io::Error),
    #[error(
        "the process that looks after this run was killed before it could tell whether the run began"
    )]
    Lost,
    #[error("{program} could not be started: {why}")]
    Program { program: String, why: String },
}

/// Starts a program with a keeper of its own.
pub async fn start(order: &Order) -> Result<(Tree, Output), StartError> {
    Keeper::ready()?.start(order).await
}

impl Keeper {
    pub(super) fn ready() -> io::Result<Self> {
        let (reader, writer) = pipe()?;
        let mut keeper = Command::new(own_program())
            .arg(ARG)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(writer)
            .spawn()?;
        let lifeline = keeper.stdin.take();
        let news = BufReader::with_capacity(256, keeper.stdout.take().expect("it is piped"));
        let news = news.lines();
        let _counted = Counted::new();
        let tree = Tree { keeper, lifeline, news, status: None, storm: false, _counted };
        Ok(Self { tree, output: Receiver::from_owned_fd(reader.into())? })
    }

    /// Dropped halfway, the keeper sees a cut line, not an order, and ends.
    pub(super) async fn start(self, order: &Order) -> Result<(Tree, Output), StartError> {
        let Self { mut tree, output } = self;
        let mut line = serde_json::to_vec(order).map_err(io::Error::from)?;
        line.push(b'\n');
        let lifeline = tree.lifeline.as_mut().expect("a new keeper has one");
        lifeline.write_all(&line).await?;
        if tree.news.next_line().await?.is_none_or(|line| line != TAKEN) {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        }
        match tree.news.next_line().await.map_err(|_| StartError::Lost)? {
            Some(line) if line == "started" => Ok((tree, output)),
            Some(line) => Err(StartError::Program {
                program: order.program.to_string_lossy().into_owned(),
                why: line.trim_start_matches("failed ").to_owned(),
            }),
            None => Err(StartError::Lost),
        }
    }
}

/// One that is stopped would neither see the cut line nor end.
impl Drop for Tree {
    fn drop(&mut self) {
        wake(self.pid());
    }
}

impl Tree {
    fn pid(&self) -> Option<Pid> {
        self.keeper.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?))
    }

    /// Until the lab itself has ended. Its descendants are being killed then. Cancel-safe.
    pub async fn exited(&mut self) {
        while self.status.is_none() && self.next().await {}
    }

    /// Ends the lab and all its descendants. They are gone when [`Tree::gone`] says so.
    pub fn cut(&mut self) {
        self.lifeline = None;
    }

    /// Until no process is left, which is soon after [`Tree::cut`] or the lab's own exit. Cancel-safe.
    /// None where the keeper itself was killed before it could tell.
    pub async fn gone(&mut self) -> Option<Status> {
        while self.next_or_nudge().await {}
        if let Err(error) = self.keeper.wait().await {
            tracing::warn!(%error, "a keeper could not be waited for");
        }
        self.status
    }

    /// Whether it was ended for forking without end.
    pub fn stormed(&self) -> bool {
        self.storm
    }

    /// As [`Tree::next`]. A lab may have stopped its keeper, by accident or not, and may do so again.
    async fn next_or_nudge(&mut self) -> bool {
        let pid = self.pid();
        let mut next = pin!(self.next());
        loop {
            tokio::select! {
                more = &mut next => return more,
                () = sleep(NUDGE) => wake(pid),
            }
        }
    }

    /// One line of news; false after the last.
    async fn next(&mut self) -> bool {
        match self.news.next_line().await {
            Ok(Some(line)) => {
                self.status = line.parse().ok().or(self.status);
                self.storm |= line == "storm";
                true
            }
            Ok(None) | Err(_) => false,
        }
    }
}

impl StartError {
    /// Whether it may well succeed in a moment: there were not enough files, processes or memory.
    pub fn is_want(&self) -> bool {
        const WANT: [Errno; 4] = [Errno::MFILE, Errno::NFILE, Errno::AGAIN, Errno::NOMEM];
        let raw = |error: &io::Error| error.raw_os_error();
        matches!(self, Self::Keeper(error) if WANT.iter().any(|e| raw(error) == Some(e.raw_os_error())))
    }
}

/// It was not waited for yet, so the number is still its own.
fn wake(keeper: Option<Pid>) {
    if let Some(pid) = keeper {
        kill_process(pid, Signal::CONT).unwrap_or_default();
    }
}

/// The very file we run, even where a build has put another in its place since.
pub fn own_program() -> PathBuf {
    match std::env::current_exe() {
        Ok(program) if !cfg!(target_os = "linux") => program,
        _ => "/proc/self/exe".into(),
    }
}
