//! What is left of a lab's processes when its viewer vanishes, or its server does.

use crate::{
    peer::{Peer, beside},
    process::{self, send, sleeping},
    scale::Scale,
    server::{Page, Server, Watch},
    table::Row,
};
use rustix::process::Signal;
use serde_json::json;
use std::{
    thread::sleep,
    time::{Duration, Instant},
};

/// Each run's child sleeps that many seconds, its `nohup` one more, its `setsid` two more.
const TAG: u32 = 31_415_900;
/// A viewer may be gone for 10 s before its run is ended.
const PATIENCE: Duration = Duration::from_secs(14);

/// child / nohup / setsid.
type Left = [usize; 3];

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let (cuts, sessions) = (scale.of(100, 10), scale.of(20, 5));
    let ours = cut(cuts);
    let theirs = beside(peer, |peer| tell(cut_peer(peer, cuts)));
    let mut rows =
        vec![row(format!("left after {cuts} abrupt cuts: child / nohup / setsid"), ours, theirs)];
    for (name, signal) in [("SIGTERM", Signal::TERM), ("SIGKILL", Signal::KILL)] {
        let ours = end(sessions, signal);
        let theirs = beside(peer, |peer| tell(end_peer(peer, sessions, signal)));
        rows.push(row(
            format!("left after {name} of the server, {sessions} sessions"),
            ours,
            theirs,
        ));
    }
    rows
}

fn row(measure: String, left: Left, beside: String) -> Row {
    let ours = format!("**{}**", tell(left));
    Row { measure, ours, target: "0 / 0 / 0", met: left == [0; 3], beside }
}

fn tell([child, nohup, setsid]: Left) -> String {
    format!("{child} / {nohup} / {setsid}")
}

fn left() -> Left {
    [TAG, TAG + 1, TAG + 2].map(sleeping)
}

fn await_families(count: usize) {
    let start = Instant::now();
    while left() != [count; 3] {
        assert!(start.elapsed() < Duration::from_secs(60), "{:?} of {count}", left());
        sleep(Duration::from_millis(20));
    }
}

/// What is left once nothing changes any more, or time is up. The rest is swept away.
fn remains(within: Duration) -> Left {
    let start = Instant::now();
    while left() != [0; 3] && start.elapsed() < within {
        sleep(Duration::from_millis(20));
    }
    let left = left();
    for tag in [TAG, TAG + 1, TAG + 2] {
        process::sweep(tag);
    }
    left
}

fn families(server: &Server, count: usize) -> Vec<Watch> {
    let mut page: Page = server.connect();
    let mut family = || {
        let run = page.run(&json!({ "case": "kin", "tag": TAG }));
        page.watch_with(&run, 4096)
    };
    let all = (0..count).map(|_| family()).collect();
    await_families(count);
    all
}

fn cut(count: usize) -> Left {
    let server = Server::start(&["--runs", "200"]);
    drop(families(&server, count));
    remains(PATIENCE)
}

fn end(count: usize, signal: Signal) -> Left {
    let mut server = Server::start(&["--runs", "200"]);
    let all = families(&server, count);
    send(server.pid(), signal);
    let left = remains(Duration::from_secs(2));
    server.wait();
    drop(all);
    left
}

fn peers_families(running: &crate::peer::Running, count: usize) -> Vec<crate::socket::Socket> {
    let all = (0..count).map(|_| running.open(4096)).collect();
    await_families(count);
    all
}

fn kin(peer: &Peer) -> crate::peer::Running {
    peer.start(&["--case", "kin", "--bytes", "0", "--code", "0", "--tag", &TAG.to_string()])
}

fn cut_peer(peer: &Peer, count: usize) -> Left {
    let running = kin(peer);
    drop(peers_families(&running, count));
    remains(PATIENCE)
}

fn end_peer(peer: &Peer, count: usize, signal: Signal) -> Left {
    let mut running = kin(peer);
    let all = peers_families(&running, count);
    send(running.pid(), signal);
    let left = remains(Duration::from_secs(2));
    running.wait();
    drop(all);
    left
}
