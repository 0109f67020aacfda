//! The keeper's own process. Standard input is the lifeline, standard output tells the server what happens,
//! and standard error is the lab's output, handed on to the lab.

use super::{Order, Status, TAKEN, tree};
use rustix::process::{Pid, WaitOptions, setsid, wait};
use std::{
    fs::File,
    io::{self, BufRead, Read, Write},
    os::fd::AsFd,
    os::unix::process::CommandExt,
    process::{Command, ExitCode, Stdio},
    sync::mpsc::{Receiver, Sender, channel},
    thread,
    time::Duration,
};

/// How long the killed may take before we look for more of them.
const ROUND: Duration = Duration::from_millis(1);
/// How often we look whether the lab forks without end.
const WATCH: Duration = Duration::from_millis(100);

enum News {
    /// The lifeline was cut.
    Cut,
    /// The lab itself ended.
    Ended(Status),
    /// No descendant is left.
    Alone,
}

pub fn main() -> ExitCode {
    match keep() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("failed {error}"));
            ExitCode::FAILURE
        }
    }
}

fn keep() -> io::Result<()> {
    // Ctrl-C in the server's terminal is the server's business.
    setsid()?;
    tree::adopt_orphans()?;
    let Some(order) = next_order()? else { return Ok(()) };
    // From here on the program may run, so nobody else may start it again.
    tell(TAKEN);
    let lab = start(&order)?;
    // The pipe must end when the last of the lab's processes does, so our own copy goes.
    rustix::stdio::dup2_stderr(File::options().write(true).open("/dev/null")?)?;
    tell("started");
    let (tx, news) = channel();
    watch_lifeline(tx.clone())?;
    reap(lab, tx)?;
    stay_until_alone(&news, lab);
    Ok(())
}

/// Waits, perhaps for hours, until the server has work. A cut line is not an order.
fn next_order() -> io::Result<Option<Order>> {
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Ok(None);
    }
    Ok(Some(serde_json::from_str(&line)?))
}

/// Starts the lab as the leader of a process group of its own; its number is the group's too.
fn start(order: &Order) -> io::Result<Pid> {
    let output = || io::stderr().as_fd().try_clone_to_owned().map(Stdio::from);
    let mut command = Command::new(&order.program);
    command.args(&order.args).envs(order.env.iter().map(|(k, v)| (k, v)));
    for name in &order.unset {
        command.env_remove(name);
    }
    if let Some(dir) = &order.dir {
        command.current_dir(dir);
    }
    command.stdin(Stdio::null()).stdout(output()?).stderr(output()?).process_group(0);
    Ok(Pid::from_child(&command.spawn()?))
}

fn watch_lifeline(news: Sender<News>) -> io::Result<()> {
    let watch = move || {
        let end = io::stdin().read(&mut [0]);
        drop((end, news.send(News::Cut)));
    };
    thread::Builder::new().stack_size(64 << 10).spawn(watch).map(drop)
}

/// Reaps without pause, also while we kill: a zombie counts as a process.
fn reap(lab: Pid, news: Sender<News>) -> io::Result<()> {
    let next = move || match wait(WaitOptions::empty()) {
        Ok(Some((pid, status))) if pid == lab => Some(News::Ended(Status::of(status))),
        Ok(_) | Err(rustix::io::Errno::INTR) => None,
        Err(_) => Some(News::Alone),
    };
    let reap = move || {
        loop {
            match next() {
                None => {}
                Some(News::Alone) => return drop(news.send(News::Alone)),
                Some(ended) => drop(news.send(ended)),
            }
        }
    };
    thread::Builder::new().stack_size(64 << 10).spawn(reap).map(drop)
}

fn stay_until_alone(news: &Receiver<News>, lab: Pid) {
    let (storm, mut ending) = (tree::Storm::watch(), false);
    loop {
        if ending {
            tree::kill_all(lab);
        }
        match news.recv_timeout(if ending { ROUND } else { WATCH }) {
            Ok(News::Alone) => {
                tell("gone");
                // A keeper of a PostgreSQL that was killed here has left its files, some 77 MB for a pair.
                return labkit_postgres::sweep();
            }
            Ok(News::Cut) => ending = true,
            Ok(News::Ended(status)) => {
                tell(&status.to_string());
                ending = true;
            }
            Err(_) if !ending && storm.blows() => {
                tell("storm");
                ending = true;
            }
            Err(_) => {}
        }
    }
}

/// A server that is gone need not be told.
fn tell(line: &str) {
    let mut out = io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap_or_default();
}
