//! The folder of one server, and what is left of servers whose keeper was killed.

use rustix::{
    fs::{FlockOperation, flock},
    process::{Pid, Signal, kill_process},
};
use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    process::Command,
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PREFIX: &str = "still-running-pg-";
/// What the folder of a server's files is called in it, and that of a standby's.
pub const DATA: &str = "data";
pub const STANDBY: &str = "standby";
/// Held locked by the keeper; the kernel unlocks it, however the keeper ends.
const LOCK: &str = "lock";
/// How long a server that nobody keeps may take to end.
const PATIENCE: Duration = Duration::from_secs(2);

/// Dropped, it is removed.
pub struct Home {
    dir: TempDir,
    _lock: File,
}

impl Home {
    pub fn new() -> io::Result<Self> {
        let dir = tempfile::Builder::new().prefix(PREFIX).tempdir()?;
        // Under another name until it is locked: a sweep takes one that is there and not locked for stale.
        let new = dir.path().join("lock.new");
        let lock = File::create(&new)?;
        flock(&lock, FlockOperation::NonBlockingLockExclusive)?;
        fs::rename(new, dir.path().join(LOCK))?;
        Ok(Self { dir, _lock: lock })
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }
}

/// Ends servers whose keeper was killed, and removes their files. What cannot be ended, or belongs to somebody else, stays.
pub fn sweep() {
    let Ok(all) = fs::read_dir(env::temp_dir()) else { return };
    let ours = all.flatten().filter(|e| e.file_name().to_string_lossy().starts_with(PREFIX));
    for home in ours.map(|entry| entry.path()) {
        if let Some(_lock) = unkept(&home)
            && [STANDBY, DATA].iter().all(|data| end_server(&home.join(data)))
        {
            // Somebody else may sweep at the same time.
            fs::remove_dir_all(&home).unwrap_or_default();
        }
    }
}

/// Its lock, where nobody else has it.
fn unkept(home: &Path) -> Option<File> {
    let lock = File::open(home.join(LOCK)).ok()?;
    flock(&lock, FlockOperation::NonBlockingLockExclusive).ok().map(|()| lock)
}

/// Whether no server runs on those files any more.
fn end_server(data: &Path) -> bool {
    let Some(pid) = server_pid(data) else { return true };
    for signal in [Signal::QUIT, Signal::KILL] {
        // A number may be another's by now: the command line tells.
        if !runs_in(pid, data) {
            return true;
        }
        kill_process(pid, signal).unwrap_or_default();
        let deadline = Instant::now() + PATIENCE;
        while runs_in(pid, data) && Instant::now() < deadline {
            sleep(Duration::from_millis(5));
        }
    }
    !runs_in(pid, data)
}

fn server_pid(data: &Path) -> Option<Pid> {
    let file = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let number: i32 = file.lines().next()?.trim().parse().ok()?;
    // That of `initdb`'s own server, which takes no connections, is written with a minus.
    Pid::from_raw(number.checked_abs()?)
}

fn runs_in(pid: Pid, data: &Path) -> bool {
    command_line(pid).contains(&*data.to_string_lossy())
}

/// Empty where there is no such process.
fn command_line(pid: Pid) -> String {
    let proc = PathBuf::from("/proc");
    let line = if proc.join("self").exists() {
        fs::read(proc.join(pid.to_string()).join("cmdline"))
    } else {
        Command::new("ps")
            .args(["-o", "command=", "-p", &pid.to_string()])
            .output()
            .map(|o| o.stdout)
    };
    String::from_utf8_lossy(&line.unwrap_or_default()).into_owned()
}
