//! What the server takes at rest, and what one who sits there and does nothing costs.

use crate::{
    peer::{Peer, beside},
    process,
    scale::Scale,
    server::{Page, Server, Watch},
    table::{Row, median},
};
use serde_json::json;
use std::{thread::sleep, time::Duration};

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let idle = Server::start(&[]);
    settle();
    let base = process::rss(idle.pid());
    let sessions = scale.of(200, 50);
    let (session, keeper) = sessions_cost(sessions);
    let viewers = scale.of(1000, 100);
    let viewer = viewers_cost(viewers);
    let theirs = beside(peer, |peer| {
        let running = peer.start(&["--case", "idle", "--bytes", "0", "--code", "0", "--tag", "0"]);
        settle();
        let base = process::rss(running.pid());
        let open: Vec<_> = (0..sessions).map(|_| running.open(256)).collect();
        settle();
        let each = (process::rss(running.pid()) - base) / open.len() as f64;
        format!("{:.1} MB / {each:.1} kB", base / 1024.0)
    });
    vec![Row {
        measure: format!(
            "memory: base / per idle session of {sessions} / per further idle viewer of {viewers}"
        ),
        ours: format!("**{:.1} MB / {session:.1} kB / {viewer:.1} kB**", base / 1024.0),
        target: "≤ 8 MB / ≤ 14 kB",
        met: base <= 8.0 * 1024.0 && session <= 14.0,
        beside: format!("{theirs}; ours has a keeper beside each run, {keeper:.0} kB each"),
    }]
}

/// A run with its viewer, in KiB of the server's memory; and what its keeper takes.
fn sessions_cost(count: usize) -> (f64, f64) {
    let server = Server::start(&["--runs", "1000"]);
    let mut page = server.connect();
    let mut all = vec![session(&mut page)];
    settle();
    let before = process::rss(server.pid());
    all.extend((0..count).map(|_| session(&mut page)));
    settle();
    let each = (process::rss(server.pid()) - before) / count as f64;
    let keepers = process::children(server.pid()).into_iter().map(process::pss).collect();
    (each, median(keepers))
}

fn session(page: &mut Page) -> Watch {
    let run = page.run(&json!({ "case": "idle" }));
    let mut watch = page.watch_with(&run, 256);
    watch.first_byte();
    watch
}

fn viewers_cost(count: usize) -> f64 {
    let server = Server::start(&[]);
    let mut page = server.connect();
    let run = page.run(&json!({ "case": "idle" }));
    let mut all = vec![page.watch_with(&run, 256)];
    settle();
    let before = process::rss(server.pid());
    all.extend((0..count).map(|_| page.watch_with(&run, 256)));
    all.iter_mut().for_each(Watch::first_byte);
    settle();
    (process::rss(server.pid()) - before) / count as f64
}

fn settle() {
    sleep(Duration::from_millis(500));
}
