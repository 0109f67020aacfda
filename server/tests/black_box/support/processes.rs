use std::{
    fs,
    process::Command,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
};

/// A number that the `sleep`s of one run carry on their command line, so that they can be found.
#[derive(Debug, Clone, Copy)]
pub struct Tag(u32);

static NEXT: AtomicU32 = AtomicU32::new(0);

impl Tag {
    pub fn new() -> Self {
        Self(100_000_000 + (std::process::id() % 100_000) * 1000 + NEXT.fetch_add(1, Relaxed))
    }

    pub fn text(self) -> String {
        self.0.to_string()
    }

    /// How many processes carry it.
    pub fn alive(self) -> usize {
        let mark = format!("sleep\0{}\0", self.0);
        let lines =
            fs::read_dir("/proc").unwrap().flatten().map(|p| fs::read(p.path().join("cmdline")));
        lines.flatten().filter(|line| String::from_utf8_lossy(line).ends_with(&mark)).count()
    }
}

/// The children of all threads of a process.
pub fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).unwrap().flatten();
    let lists = threads.flat_map(|thread| fs::read_to_string(thread.path().join("children")));
    let pids =
        |list: String| list.split_whitespace().map(|pid| pid.parse().unwrap()).collect::<Vec<_>>();
    lists.flat_map(pids).collect()
}

pub fn kill(pid: u32) {
    signal("KILL", pid);
}

/// Sends a signal by name, such as `STOP`.
pub fn signal(name: &str, pid: u32) {
    let args = [format!("-{name}"), pid.to_string()];
    assert!(Command::new("kill").args(args).status().unwrap().success());
}

/// Memory of a process that is its own, in KiB.
pub fn rss_kib(pid: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
