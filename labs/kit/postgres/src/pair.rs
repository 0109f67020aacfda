//! A primary, and a standby that follows it.

use crate::{
    Cluster, Error, PAIR_ARG,
    home::{DATA, STANDBY},
    server::{Made, Server},
};
use rustix::process::{Pid, Signal, kill_process};
use std::{
    fs::{File, OpenOptions},
    io::{self, Write},
    process::Command,
};

/// A primary and its standby, by streaming replication. Dropping it ends both and removes their files.
#[derive(Debug)]
pub struct Pair {
    primary: String,
    standby: String,
    primary_process: Pid,
    _cluster: Cluster,
}

impl Pair {
    /// Starts `keeper` (a program that calls [`keeper_main`](crate::keeper_main)) and waits until both take connections: 1 to 3 s.
    pub fn start(mut keeper: Command) -> Result<Self, Error> {
        keeper.arg(PAIR_ARG);
        let cluster = Cluster::start(keeper)?;
        let words: Vec<&str> = cluster.url().split_whitespace().collect();
        let [primary, standby, id] = words[..] else {
            return Err(Error::Start(format!("its keeper said {} words", words.len())));
        };
        let primary_process = id.parse().ok().and_then(Pid::from_raw);
        Ok(Self {
            primary: primary.to_owned(),
            standby: standby.to_owned(),
            primary_process: primary_process.ok_or_else(|| Error::Start(format!("{id}?")))?,
            _cluster: cluster,
        })
    }

    /// Where to connect to the primary.
    pub fn primary(&self) -> &str {
        &self.primary
    }

    /// Where to connect to the standby. It takes no writes until it is promoted.
    pub fn standby(&self) -> &str {
        &self.standby
    }

    /// Ends the primary as if somebody had pulled its plug: no client is waited for. The standby goes on. Returns before the
    /// last of its processes is gone.
    pub fn end_primary(&self) -> io::Result<()> {
        // The keeper does not reap it before it ends itself, so the number is not yet another's.
        Ok(kill_process(self.primary_process, Signal::QUIT)?)
    }
}

/// The files of both are the same ones, as after a copy of a primary that was shut down; so the standby finds all that it lacks
/// at the primary.
pub fn start(made: &Made<'_>) -> io::Result<[Server; 2]> {
    made.copy(STANDBY)?;
    let standby = made.home.join(STANDBY);
    let primary = made.start(DATA)?;
    File::create(standby.join("standby.signal"))?;
    // Not on the command line, where everybody could read the password.
    let mut settings =
        OpenOptions::new().append(true).open(standby.join("postgresql.auto.conf"))?;
    let (port, password) = (primary.port, made.password);
    writeln!(
        settings,
        "primary_conninfo = 'host=127.0.0.1 port={port} user=postgres password={password}'"
    )?;
    Ok([primary, made.start(STANDBY)?])
}
