//! A folder for what servers write, and what is left of them.

use labkit_postgres::{Error, HOW_TO_INSTALL, find};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// A folder for the servers' files; `None`, with a word about it, on a machine without PostgreSQL.
pub fn home() -> Option<TempDir> {
    if find().is_none() {
        eprintln!("not tested: {}; {HOW_TO_INSTALL}", Error::NotFound);
        return None;
    }
    let home = tempfile::tempdir().unwrap();
    open_to_all(home.path());
    Some(home)
}

/// A server that steps down from root must still be able to reach its folder.
pub fn open_to_all(dir: &Path) {
    fs::set_permissions(dir, fs::Permissions::from_mode(0o755)).unwrap();
}

pub fn entries(dir: &Path) -> usize {
    fs::read_dir(dir).unwrap().count()
}

/// How many processes with that in their command line work in this folder.
pub fn alive(name: &str, home: &Path) -> usize {
    let home = home.to_string_lossy().into_owned();
    let line = |p: fs::DirEntry| fs::read(p.path().join("cmdline")).unwrap_or_default();
    let lines = fs::read_dir("/proc").unwrap().flatten().map(line);
    let lines = lines.map(|line| String::from_utf8_lossy(&line).into_owned());
    lines.filter(|line| line.contains(&home) && line.contains(name)).count()
}

/// Far longer than it takes, also on a busy machine.
pub fn soon(mut ready: impl FnMut() -> bool) -> bool {
    let end = Instant::now() + Duration::from_secs(60);
    while !ready() {
        if Instant::now() > end {
            return false;
        }
        sleep(Duration::from_millis(10));
    }
    true
}
