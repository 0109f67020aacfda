//! The server's end of a keeper.

use super::{ARG, Order, Status};
use std::{
    io::{self, pipe},
    path::PathBuf,
    process::Stdio,
    sync::atomic::{AtomicUsize, Ordering::Relaxed},
};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines},
    net::unix::pipe::Receiver,
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// What the lab and all its descendants print, standard output and standard error in one order. It ends when
/// the last of them has.
pub type Output = Receiver;

/// A keeper without work yet. Dropped, it ends.
pub(super) struct Keeper {
    tree: Tree,
    output: Output,
}

/// All keepers of this process that were not waited for yet.
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
    lifeline: Option<ChildStdin>,
    news: Lines<BufReader<ChildStdout>>,
    status: Option<Status>,
    storm: bool,
    _counted: Counted,
}

/// Why a program could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("no keeper could be started: {0}")]
    Keeper(#[from] io::Error),
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
        match tree.news.next_line().await? {
            Some(line) if line == "started" => Ok((tree, output)),
            Some(line) => Err(StartError::Program {
                program: order.program.to_string_lossy().into_owned(),
                why: line.trim_start_matches("failed ").to_owned(),
            }),
            None => Err(io::Error::from(io::ErrorKind::BrokenPipe).into()),
        }
    }
}

impl Tree {
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
        while self.next().await {}
        if let Err(error) = self.keeper.wait().await {
            tracing::warn!(%error, "a keeper could not be waited for");
        }
        self.status
    }

    /// Whether it was ended for forking without end.
    pub fn stormed(&self) -> bool {
        self.storm
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

/// The very file we run, even where a build has put another in its place since.
pub fn own_program() -> PathBuf {
    match std::env::current_exe() {
        Ok(program) if !cfg!(target_os = "linux") => program,
        _ => "/proc/self/exe".into(),
    }
}
