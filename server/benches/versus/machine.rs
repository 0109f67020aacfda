use crate::peer::Peer;
use std::{fs, process::Command, thread::available_parallelism};

/// When and where, for a figure without it says nothing.
pub fn heading(peer: Option<&Peer>) -> String {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpu.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or(": unknown");
    let cores = available_parallelism().map_or(1, usize::from);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let peer =
        peer.map_or("no peer was asked for".to_owned(), |peer| format!("peer: {}", peer.version()));
    format!(
        "{} · {cores} cores, {} · Linux {} · {} · {peer}\n\nLoad at the start: {}.\n",
        date(),
        model.trim_start_matches([':', '\t', ' ']),
        kernel.trim(),
        memory(),
        load(),
    )
}

fn date() -> String {
    let out = Command::new("date").arg("+%F").output().expect("there is a date");
    String::from_utf8_lossy(&out.stdout).trim().to_owned()
}

fn memory() -> String {
    let all = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let kib =
        all.lines().next().and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
    format!("{} GiB", kib.unwrap_or(0) >> 20)
}

/// Of the last minute: above the number of cores, times mean little.
pub fn load() -> String {
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    load.split(' ').next().unwrap_or("?").to_owned()
}
