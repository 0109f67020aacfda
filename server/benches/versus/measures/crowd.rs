//! A whole class presses Run in the same moment: 200 runs at once, each with 200 lines over a second.

use crate::{
    peer::{Peer, beside},
    scale::Scale,
    server::{Page, Server},
    socket::Kind,
    table::{Row, median},
};
use serde_json::json;
use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

const RUNS: usize = 200;
const LINES: usize = 200;

struct Class {
    /// Seconds, to the last line of the last run.
    took: f64,
    /// Runs of which each line came, in order.
    complete: usize,
}

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let tries = scale.of(5, 1);
    let server = Server::start(&["--runs", "200"]);
    let ours = best(tries, || class(|| ours(&server)));
    let theirs = beside(peer, |peer| {
        let running = peer.start(&["--case", "lines", "--bytes", "0", "--code", "0", "--tag", "0"]);
        let class = best(tries, || class(|| theirs(&running)));
        format!("{:.2} s, {} complete", class.took, class.complete)
    });
    vec![Row {
        measure: format!(
            "{RUNS} runs at once, {LINES} lines each over 1 s: total, complete (median of {tries})"
        ),
        ours: format!("**{:.2} s, {} of {RUNS}**", ours.took, ours.complete),
        target: "≤ 1.9 s, 200 of 200",
        met: ours.took <= 1.9 && ours.complete == RUNS,
        beside: theirs,
    }]
}

/// The median time, and the worst completeness.
fn best(tries: usize, mut once: impl FnMut() -> Class) -> Class {
    let all: Vec<_> = (0..tries).map(|_| once()).collect();
    let complete = all.iter().map(|class| class.complete).min().expect("there is one");
    Class { took: median(all.iter().map(|class| class.took).collect()), complete }
}

fn class(run: impl Fn() -> String + Sync) -> Class {
    let barrier = Barrier::new(RUNS + 1);
    let wanted: String = (0..LINES).map(|i| format!("line {i}\n")).collect();
    thread::scope(|scope| {
        let one = || {
            barrier.wait();
            run() == wanted
        };
        let start_one = |_| thread::Builder::new().stack_size(128 << 10).spawn_scoped(scope, one);
        let all: Vec<_> = (0..RUNS).map(start_one).map(|t| t.expect("a thread")).collect();
        thread::sleep(Duration::from_millis(200));
        barrier.wait();
        let start = Instant::now();
        let complete =
            all.into_iter().filter_map(|one| one.join().ok()).filter(|whole| *whole).count();
        Class { took: start.elapsed().as_secs_f64(), complete }
    })
}

fn ours(server: &Server) -> String {
    let mut page = Page::connect(server.addr).expect("it listens");
    let run = page.run(&json!({ "case": "lines" }));
    let mut all = vec![];
    let exit = page.watch_with(&run, 4096).read(|bytes, _| all.extend_from_slice(bytes));
    let ended = exit.ok().flatten().is_some_and(|exit| exit.code == Some(0));
    if ended { String::from_utf8(all).unwrap_or_default() } else { String::new() }
}

fn theirs(running: &crate::peer::Running) -> String {
    let (mut socket, mut all) = (running.open(4096), vec![]);
    while let Ok(frame) = socket.next() {
        match frame.kind {
            Kind::Binary | Kind::Text => all.extend_from_slice(frame.bytes),
            Kind::Close => break,
            _ => {}
        }
    }
    String::from_utf8(all).unwrap_or_default()
}
