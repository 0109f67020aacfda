//! What the system knows of processes.

use rustix::process::{Pid, Signal, kill_process};
use std::{fs, path::Path};

/// Processor time it used so far, in seconds.
pub fn cpu(pid: u32) -> f64 {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<_> =
        stat.rsplit(')').next().expect("it has a name").split_whitespace().collect();
    let ticks: u64 = [11, 12].iter().map(|i| fields[*i].parse::<u64>().expect("a number")).sum();
    ticks as f64 / rustix::param::clock_ticks_per_second() as f64
}

/// Resident memory, in KiB.
pub fn rss(pid: u32) -> f64 {
    field(&format!("/proc/{pid}/status"), "VmRSS:")
}

/// Its share of memory: what is shared is divided among those who share it. In KiB.
pub fn pss(pid: u32) -> f64 {
    field(&format!("/proc/{pid}/smaps_rollup"), "Pss:")
}

fn field(file: &str, name: &str) -> f64 {
    let text = fs::read_to_string(file).expect("it runs");
    let line = text.lines().find_map(|line| line.strip_prefix(name)).expect("it is told");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// None where it is gone.
pub fn children(pid: u32) -> Vec<u32> {
    let threads = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists =
        threads.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok());
    lists
        .flat_map(|list| {
            list.split_whitespace().map(|pid| pid.parse().expect("a number")).collect::<Vec<_>>()
        })
        .collect()
}

/// How many `sleep`s of that length there are.
pub fn sleeping(length: u32) -> usize {
    let mark = format!("sleep\0{length}\0");
    let all = fs::read_dir(Path::new("/proc")).expect("there is one").flatten();
    let lines = all.filter_map(|process| fs::read(process.path().join("cmdline")).ok());
    lines.filter(|line| line.ends_with(mark.as_bytes())).count()
}

pub fn send(pid: u32, signal: Signal) {
    let pid = Pid::from_raw(pid as i32).expect("a process");
    kill_process(pid, signal).unwrap_or_default();
}

/// Ends every `sleep` of that length: a peer's leftovers.
pub fn sweep(length: u32) {
    let mark = format!("sleep\0{length}\0");
    for process in fs::read_dir("/proc").expect("there is one").flatten() {
        let line = fs::read(process.path().join("cmdline")).unwrap_or_default();
        let pid = process.file_name().to_str().and_then(|name| name.parse().ok());
        if let Some(pid) = pid.filter(|_| line.ends_with(mark.as_bytes())) {
            send(pid, Signal::KILL);
        }
    }
}
