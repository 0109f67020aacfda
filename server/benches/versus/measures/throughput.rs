//! How fast a lab's output comes through, next to a program that reads the lab's pipe itself; and what it
//! costs the server. Labs print text, so one does, as fast as a program can that has something to say. The two
//! others print what is ready already, and show where the way itself ends: in pieces of 8 KiB, as the standard
//! library buffers, and in pieces of 64 KiB, which fills a pipe as fast as can be.

use crate::{
    pattern::{self, Holds},
    peer::{self, Peer},
    process,
    scale::Scale,
    server::{FIXTURE, Server},
    table::{Row, median},
};
use serde_json::json;
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::Instant,
};

/// Whole lines.
const BYTES: u64 = 512_000_000;
const QUICK: u64 = 128_000_000;

/// One way through which all bytes came.
#[derive(Clone, Copy)]
struct Pass {
    /// MB/s.
    rate: f64,
    /// Seconds of the server's processor time per 100 MB.
    cpu: f64,
}

struct Round {
    pipe: Pass,
    /// The pipe, and a socket behind it: what nothing can beat that has a page at its end.
    socket: Pass,
    ours: Pass,
    peer: Option<Pass>,
}

struct Case {
    name: &'static str,
    what: &'static str,
    holds: Holds,
}

const CASES: [Case; 3] = [
    Case { name: "text", what: "lines of text", holds: pattern::lines },
    Case { name: "print", what: "bytes ready made, 8 KiB at a time", holds: pattern::words },
    Case { name: "flood", what: "64 KiB at a time", holds: pattern::words },
];

pub fn measure(scale: Scale, peer: Option<&Peer>) -> Vec<Row> {
    let bytes = if scale.quick { QUICK } else { BYTES };
    let rounds = CASES.map(|case| (case.what, rounds(&case, bytes, scale, peer)));
    let mut rows: Vec<_> = rounds.iter().map(|(what, rounds)| rate(what, rounds)).collect();
    rows.extend(rounds[..2].iter().map(|(what, rounds)| cost(what, rounds)));
    rows
}

fn rounds(case: &Case, bytes: u64, scale: Scale, peer: Option<&Peer>) -> Vec<Round> {
    let server = Server::start(&[]);
    let knobs = ["--case", case.name, "--bytes", &bytes.to_string(), "--code", "0", "--tag", "0"];
    let running = peer.map(|peer| peer.start(&knobs));
    let round = |_| Round {
        pipe: through_pipe(bytes, case, &knobs),
        socket: through_socket(bytes, case, &knobs),
        ours: through_server(bytes, case, &server),
        peer: running.as_ref().map(|running| through_peer(bytes, case, running)),
    };
    (0..scale.of(9, 3)).map(round).collect()
}

fn rate(what: &str, rounds: &[Round]) -> Row {
    let measure = format!("output, of the bare pipe, every byte compared: {what}");
    let of = |get: fn(&Round) -> f64| median(rounds.iter().map(get).collect());
    let ratio = of(|round| round.ours.rate / round.pipe.rate);
    let mut beside = format!(
        "bare pipe {:.0} MB/s; pipe and bare socket {:.0} MB/s = {:.2}",
        of(|round| round.pipe.rate),
        of(|round| round.socket.rate),
        of(|round| round.socket.rate / round.pipe.rate),
    );
    if rounds[0].peer.is_some() {
        let (rate, ratio) = (
            of(|r| r.peer.map_or(0.0, |peer| peer.rate)),
            of(|r| r.peer.map_or(0.0, |peer| peer.rate / r.pipe.rate)),
        );
        beside += &format!("; websocketd {rate:.0} MB/s = {ratio:.2}");
    }
    let ours = format!("**{ratio:.2}** ({:.0} MB/s)", of(|round| round.ours.rate));
    Row { measure, ours, target: "≥ 0.75", met: ratio >= 0.75, beside }
}

fn cost(what: &str, rounds: &[Round]) -> Row {
    let of = |get: fn(&Round) -> f64| median(rounds.iter().map(get).collect());
    let (ours, reader) = (of(|round| round.ours.cpu), of(|round| round.pipe.cpu));
    let mut beside = format!("to read and compare alone {reader:.3} s");
    if rounds[0].peer.is_some() {
        beside += &format!("; websocketd {:.3} s", of(|r| r.peer.map_or(0.0, |peer| peer.cpu)));
    }
    Row {
        measure: format!("server's processor time per 100 MB: {what}"),
        ours: format!("**{ours:.3} s**"),
        target: "< 0.22 s",
        met: ours < 0.22,
        beside,
    }
}

/// What a reader of its own could have at most.
fn through_pipe(bytes: u64, case: &Case, knobs: &[&str]) -> Pass {
    let (start, cpu) = (Instant::now(), process::cpu(std::process::id()));
    let (mut lab, pipe) = lab(knobs);
    read(pipe, bytes, case);
    lab.wait().expect("it ends");
    pass(bytes, start, process::cpu(std::process::id()) - cpu)
}

/// A thread that does nothing but carry bytes from the pipe to a socket.
fn through_socket(bytes: u64, case: &Case, knobs: &[&str]) -> Pass {
    let (start, cpu) = (Instant::now(), process::cpu(std::process::id()));
    let (mut lab, mut pipe) = lab(knobs);
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let to = listener.local_addr().expect("an address");
    let carry = thread::spawn(move || {
        let (mut out, mut buffer) =
            (TcpStream::connect(to).expect("it listens"), vec![0; 64 << 10]);
        while let Ok(n @ 1..) = pipe.read(&mut buffer) {
            out.write_all(&buffer[..n]).expect("someone reads it");
        }
    });
    read(listener.accept().expect("someone comes").0, bytes, case);
    carry.join().expect("it does not fail");
    lab.wait().expect("it ends");
    pass(bytes, start, process::cpu(std::process::id()) - cpu)
}

fn lab(knobs: &[&str]) -> (Child, ChildStdout) {
    let mut command = Command::new(FIXTURE);
    let mut lab =
        command.arg("buggy").args(knobs).stdout(Stdio::piped()).spawn().expect("it starts");
    let pipe = lab.stdout.take().expect("it is piped");
    (lab, pipe)
}

fn read(mut from: impl Read, bytes: u64, case: &Case) {
    let (mut buffer, mut at) = (vec![0; 256 << 10], 0);
    while let Ok(n @ 1..) = from.read(&mut buffer) {
        assert!((case.holds)(&buffer[..n], at));
        at += n as u64;
    }
    assert_eq!(at, bytes);
}

fn through_server(bytes: u64, case: &Case, server: &Server) -> Pass {
    let (start, cpu) = (Instant::now(), process::cpu(server.pid()));
    let mut page = server.connect();
    let run = page.run(&json!({ "case": case.name, "bytes": bytes }));
    let came = page.watch(&run).compare(case.holds);
    assert!(came.intact && came.bytes == bytes, "{} bytes", came.bytes);
    pass(bytes, start, process::cpu(server.pid()) - cpu)
}

fn through_peer(bytes: u64, case: &Case, peer: &peer::Running) -> Pass {
    let (start, cpu) = (Instant::now(), process::cpu(peer.pid()));
    let came = peer::compare(&mut peer.open(256 << 10), case.holds);
    assert!(came.intact && came.bytes == bytes, "{} bytes", came.bytes);
    pass(bytes, start, process::cpu(peer.pid()) - cpu)
}

fn pass(bytes: u64, start: Instant, cpu: f64) -> Pass {
    let megabytes = bytes as f64 / 1e6;
    Pass { rate: megabytes / start.elapsed().as_secs_f64(), cpu: cpu / megabytes * 100.0 }
}
