//! A reader that reads nothing for 12 seconds while its lab prints without end.

use crate::{
    pattern::words,
    peer::{self, Peer, beside},
    process,
    scale::Scale,
    server::{Page, Server},
    table::Row,
};
use serde_json::json;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

const BYTES: u64 = 300_000_000;

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let stall = Duration::from_secs(scale.of(12, 3) as u64);
    let server = Server::start(&[]);
    let mut page = server.connect();
    let before = process::rss(server.pid());
    let run = page.run(&json!({ "bytes": BYTES }));
    let mut watch = page.watch(&run);
    let grown = growth(server.pid(), before, stall / 2);
    let half = printed(&mut page, &run);
    let grown = grown.max(growth(server.pid(), before, stall / 2));
    let taken = printed(&mut page, &run);
    let came = watch.compare(words);
    let intact = came.intact && came.bytes == BYTES;
    let theirs = beside(peer, |peer| stalled(peer, stall));
    vec![Row {
        measure: format!(
            "reader stalls {} s: memory, bytes taken from the lab, and after",
            stall.as_secs()
        ),
        ours: format!(
            "**+{:.1} MiB, {:.2} MiB, {}**, {}",
            grown / 1024.0,
            taken as f64 / f64::from(1 << 20),
            if half == taken { "lab blocked" } else { "lab not blocked" },
            after(intact),
        ),
        target: "≤ 1 MiB taken, blocked, intact",
        met: taken <= 1 << 20 && half == taken && intact,
        beside: theirs,
    }]
}

fn printed(page: &mut Page, run: &str) -> u64 {
    let (_, info) = page.ask(&format!("GET {run}"), "", "").expect("it answers");
    info["bytes"].as_u64().expect("it is told")
}

/// The most it grows in that time, in KiB.
fn growth(pid: u32, before: f64, time: Duration) -> f64 {
    let (start, mut most) = (Instant::now(), 0f64);
    while start.elapsed() < time {
        most = most.max(process::rss(pid) - before);
        sleep(Duration::from_millis(100));
    }
    most
}

fn stalled(peer: &Peer, stall: Duration) -> String {
    let bytes = BYTES.to_string();
    let running = peer.start(&["--case", "print", "--bytes", &bytes, "--code", "0", "--tag", "0"]);
    let before = process::rss(running.pid());
    let mut socket = running.open(256 << 10);
    let grown = growth(running.pid(), before, stall);
    let came = peer::compare(&mut socket, words);
    format!("+{:.1} MiB, {}", grown / 1024.0, after(came.intact && came.bytes == BYTES))
}

fn after(intact: bool) -> &'static str {
    if intact { "intact after" } else { "**not** intact after" }
}
