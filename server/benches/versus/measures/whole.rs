//! A run prints 100 kB and exits at once: is all of it there, and how it ended?

use crate::{
    pattern::words,
    peer::{self, Peer, beside},
    scale::Scale,
    server::Server,
    table::Row,
};
use serde_json::json;
use std::thread;

const BYTES: u64 = 100_000;
const WORKERS: usize = 8;

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let runs = scale.of(400, 40);
    let server = Server::start(&[]);
    let one = |i: usize| {
        let mut page = server.connect();
        let code = (i % 256) as i32;
        let run = page.run(&json!({ "bytes": BYTES, "code": code }));
        let came = page.watch(&run).compare(words);
        let whole = came.intact && came.bytes == BYTES;
        (whole, came.exit.is_some_and(|exit| exit.code == Some(code)))
    };
    let all = in_parallel(runs, one);
    let whole = all.iter().filter(|(whole, _)| *whole).count();
    let exact = all.iter().filter(|(_, exact)| *exact).count();
    let theirs = beside(peer, |peer| {
        let bytes = BYTES.to_string();
        let running =
            peer.start(&["--case", "print", "--bytes", &bytes, "--code", "0", "--tag", "0"]);
        let came = in_parallel(runs, |_| peer::compare(&mut running.open(256 << 10), words));
        let whole = came.iter().filter(|came| came.intact && came.bytes == BYTES).count();
        format!("{whole} of {runs}, and tells no exit code")
    });
    vec![Row {
        measure: "100 kB, then exit at once: whole output / exact exit code".into(),
        ours: format!("**{whole} / {exact} of {runs}**"),
        target: "400 / 400 of 400",
        met: whole == runs && exact == runs,
        beside: theirs,
    }]
}

fn in_parallel<T: Send>(runs: usize, one: impl Fn(usize) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let worker = |w| (w..runs).step_by(WORKERS).map(&one).collect::<Vec<_>>();
        let all: Vec<_> = (0..WORKERS).map(|w| scope.spawn(move || worker(w))).collect();
        all.into_iter().flat_map(|w| w.join().expect("no worker fails")).collect()
    })
}
