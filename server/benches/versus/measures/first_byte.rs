//! From pressing Run to the first byte: the request, the upgrade on a connection of its own, a process, its
//! first output.

use crate::{
    peer::{Peer, beside},
    scale::Scale,
    server::{FIXTURE, Server},
    socket::Kind,
    table::{Row, quantile},
};
use serde_json::json;
use std::{
    io::Read,
    process::{Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const PAUSE: Duration = Duration::from_millis(50);

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let times = scale.of(500, 50);
    let server = Server::start(&[]);
    let mut page = server.connect();
    let mut ours = sample(times, || {
        let run = page.run(&json!({}));
        let mut watch = page.watch_with(&run, 4096);
        watch.first_byte();
        watch
    });
    let mut bare = sample(times, spawn);
    let (p50, p99) = both(&mut ours);
    let (bare50, bare99) = both(&mut bare);
    let peer = beside(peer, |peer| {
        let running =
            peer.start(&["--case", "print", "--bytes", "100", "--code", "0", "--tag", "0"]);
        let (p50, p99) = both(&mut sample(times, || {
            let mut socket = running.open(4096);
            while socket.next().expect("it comes").kind != Kind::Binary {}
            socket
        }));
        format!("{p50:.1} / {p99:.1} ms")
    });
    vec![Row {
        measure: "Run pressed → first byte, p50 / p99".into(),
        ours: format!("**{p50:.1} / {p99:.1} ms**"),
        target: "≤ 2.2 / ≤ 6 ms",
        met: p50 <= 2.2 && p99 <= 6.0,
        beside: format!("the process alone {bare50:.1} / {bare99:.1} ms; {peer}"),
    }]
}

/// Milliseconds, once things are warm. What a press leaves is let go after its time is taken.
fn sample<T>(times: usize, mut press: impl FnMut() -> T) -> Vec<f64> {
    let mut once = || {
        // People press, not loops.
        sleep(PAUSE);
        let start = Instant::now();
        let left = press();
        let took = start.elapsed().as_secs_f64() * 1e3;
        drop(left);
        took
    };
    (0..times + 20).map(|_| once()).skip(20).collect()
}

fn spawn() -> std::process::ExitStatus {
    let mut command = Command::new(FIXTURE);
    command.args(["buggy", "--case", "print", "--bytes", "100", "--code", "0", "--tag", "0"]);
    let mut lab = command.stdout(Stdio::piped()).spawn().expect("it starts");
    let mut all = vec![];
    lab.stdout.take().expect("it is piped").read_to_end(&mut all).expect("it can be read");
    lab.wait().expect("it ends")
}

fn both(of: &mut [f64]) -> (f64, f64) {
    (quantile(of, 0.5), quantile(of, 0.99))
}
