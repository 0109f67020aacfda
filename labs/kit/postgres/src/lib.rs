//! A temporary PostgreSQL, or a primary with its standby, started from the binaries on this machine and ended with whoever asked
//! for it.
//!
//! The owner starts a *keeper* process and holds its standard input open. When that closes, because the owner dropped its
//! [`Cluster`] or died in whatever way, the keeper ends the server and removes its files. PostgreSQL refuses to run as root, so a
//! keeper that is root gives up those rights for the server.

mod home;
mod keeper;
mod news;
mod pair;
mod server;
mod tools;

pub use home::sweep;
pub use keeper::keeper_main;
pub use pair::Pair;
pub use tools::{BIN_ENV, find};

use std::{
    io::{BufRead, BufReader},
    os::unix::process::CommandExt,
    process::{Child, ChildStdin, Command, Stdio},
};

/// The one argument that makes a program's `main` call [`keeper_main`].
pub const KEEPER_ARG: &str = "__postgres-keeper";

/// The argument after it that asks for a pair.
const PAIR_ARG: &str = "pair";

/// The one thing to do where PostgreSQL is missing.
pub const HOW_TO_INSTALL: &str = "install it (Debian, Ubuntu: apt-get install postgresql; macOS: brew install postgresql), or \
                                  name a server in DATABASE_URL and start still-running again";
/// The one thing to do where it is there, and no server starts.
pub const HOW_TO_START: &str = "mend that (a server needs 50 MB in the temporary folder, and a user with a name), or name a \
                                server in DATABASE_URL and start still-running again";

/// Why there is no server. Its text is meant for people.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("no PostgreSQL was found on this machine")]
    NotFound,
    #[error("a temporary PostgreSQL did not start: {0}")]
    Start(String),
}

impl Error {
    /// The one thing to do about it.
    pub fn how(&self) -> &'static str {
        match self {
            Self::NotFound => HOW_TO_INSTALL,
            Self::Start(_) => HOW_TO_START,
        }
    }
}

/// A running server. Dropping it ends the server and removes its files.
#[derive(Debug)]
pub struct Cluster {
    url: String,
    /// Closing it is what ends the server.
    lifeline: Option<ChildStdin>,
    keeper: Child,
}

impl Cluster {
    /// Starts `keeper` (a program that calls [`keeper_main`]) and waits until its server takes connections: 1 to 3 s.
    pub fn start(mut keeper: Command) -> Result<Self, Error> {
        if find().is_none() {
            return Err(Error::NotFound);
        }
        // A group of its own: Ctrl-C in a terminal must reach the owner only, and the keeper then cleans up.
        keeper.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0);
        let mut child = keeper.spawn().map_err(|e| Error::Start(e.to_string()))?;
        let stdout = child.stdout.take().expect("it was piped");
        let cluster = |url| Self { url, lifeline: child.stdin.take(), keeper: child };
        let mut line = String::new();
        match BufReader::new(stdout).read_line(&mut line) {
            Ok(_) if line.starts_with("postgres://") => Ok(cluster(line.trim().to_owned())),
            Ok(0) => Err(Error::Start(format!(
                "its keeper said nothing {}",
                cluster(String::new()).ended()
            ))),
            Ok(_) => Err(Error::Start(line.trim().to_owned())),
            Err(e) => Err(Error::Start(e.to_string())),
        }
    }

    /// Where to connect, as `postgres://user:password@127.0.0.1:port/postgres`.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether it is still there: its keeper ends when it does.
    pub fn is_up(&mut self) -> bool {
        matches!(self.keeper.try_wait(), Ok(None))
    }

    fn ended(mut self) -> String {
        self.lifeline = None;
        self.keeper.wait().map_or_else(|e| e.to_string(), |status| format!("({status})"))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The keeper ends within the server's immediate shutdown, some 10 ms, and half a second where that one does not react;
        // an error means it has been reaped already.
        drop(self.keeper.wait());
    }
}
