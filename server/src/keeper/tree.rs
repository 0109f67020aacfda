//! Who descends from this process, and how to end them all.

use super::PROCESSES;
use rustix::process::{
    Pid, Signal, getpgid, getpid, kill_process, kill_process_group, set_child_subreaper,
};
use std::{collections::HashSet, fs, io};

/// Makes this process the parent of every descendant that loses its own.
pub fn adopt_orphans() -> io::Result<()> {
    Ok(set_child_subreaper(Some(getpid()))?)
}

/// Kills every descendant there is at this moment, once. To be called until none is left: whoever forked
/// in between, or lost its parent, is found the next time.
pub fn kill_all(_lab: Pid) {
    let all = descendants();
    for group in groups(&all) {
        // A group is killed in one step, however fast its members fork.
        ignore_gone(kill_process_group(group, Signal::KILL));
    }
    for pid in all {
        ignore_gone(kill_process(pid, Signal::KILL));
    }
}

/// Whether a run forks without end. One file tells whether the whole machine grew; only then we count.
pub struct Storm {
    calm: usize,
}

impl Storm {
    pub fn watch() -> Self {
        Self { calm: threads_of_machine() }
    }

    pub fn blows(&self) -> bool {
        threads_of_machine() > self.calm + PROCESSES && descendants().len() > PROCESSES
    }
}

fn threads_of_machine() -> usize {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let total = load.split(' ').nth(3).and_then(|both| both.split_once('/'));
    total.and_then(|(_, total)| total.parse().ok()).unwrap_or(0)
}

/// The process groups they are in. Not our own: one of them may have joined it.
fn groups(all: &[Pid]) -> HashSet<Pid> {
    let own = getpgid(None).ok();
    let groups = all.iter().filter_map(|pid| getpgid(Some(*pid)).ok());
    groups.filter(|group| Some(*group) != own).collect()
}

fn descendants() -> Vec<Pid> {
    let mut all = children(getpid());
    let mut next = 0;
    while let Some(parent) = all.get(next).copied() {
        all.extend(children(parent));
        next += 1;
    }
    all
}

/// The children of all threads of a process.
fn children(parent: Pid) -> Vec<Pid> {
    let Ok(threads) = fs::read_dir(format!("/proc/{parent}/task")) else { return vec![] };
    let lists = threads.flatten().map(|t| fs::read_to_string(t.path().join("children")));
    lists.flat_map(|list| pids(&list.unwrap_or_default())).collect()
}

fn pids(list: &str) -> Vec<Pid> {
    list.split_whitespace().filter_map(|pid| Pid::from_raw(pid.parse().ok()?)).collect()
}

/// Someone who is gone already, or is another user's, cannot be killed by us.
fn ignore_gone(killed: rustix::io::Result<()>) {
    killed.unwrap_or_default();
}
