//! Our server, and runs on it.

use crate::{
    pattern::Holds,
    socket::{Frame, Kind, Socket},
};
use serde_json::{Value, json};
use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    os::unix::fs::symlink,
    process::{Child, Command, Stdio},
};
use still_running_protocol::{Exit, ToClient, ToServer};
use tempfile::TempDir;

pub const FIXTURE: &str = env!("CARGO_BIN_EXE_fixture-lab");

/// A server on a free port, with one lab, `fixture`. Dropped, it is killed.
pub struct Server {
    process: Child,
    pub addr: SocketAddr,
    _labs: TempDir,
}

impl Server {
    pub fn start(options: &[&str]) -> Self {
        let labs = tempfile::tempdir().expect("a folder");
        symlink(FIXTURE, labs.path().join("fixture")).expect("a link");
        let mut command = Command::new(env!("CARGO_BIN_EXE_still-running"));
        command.args([
            "serve",
            "--addr",
            "127.0.0.1:0",
            "--output",
            "1000000",
            "--run-time",
            "600",
            "--labs",
        ]);
        command.arg(labs.path()).args(options).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = command.spawn().expect("it starts");
        let mut line = String::new();
        BufReader::new(process.stdout.take().expect("it is piped"))
            .read_line(&mut line)
            .expect("it says where it is");
        let addr = line.split("http://").nth(1).and_then(|rest| rest.split('/').next());
        let addr = addr.expect("an address").parse().expect("an address");
        Self { process, addr, _labs: labs }
    }

    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    /// A connection for requests, as a page keeps one.
    pub fn connect(&self) -> Page {
        Page::connect(self.addr).expect("it listens")
    }

    pub fn wait(&mut self) {
        self.process.wait().expect("it ends");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// A page that asks over one connection.
pub struct Page {
    addr: SocketAddr,
    stream: BufReader<TcpStream>,
}

impl Page {
    pub fn connect(addr: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(addr)?;
        stream.set_nodelay(true)?;
        Ok(Self { addr, stream: BufReader::new(stream) })
    }

    /// Status and body. `head` holds whole lines beside the usual ones.
    pub fn ask(&mut self, line: &str, head: &str, body: &str) -> io::Result<(u16, Value)> {
        let host =
            if head.contains("host:") { String::new() } else { format!("host: {}\r\n", self.addr) };
        let text = format!(
            "{line} HTTP/1.1\r\n{host}{head}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        self.stream.get_mut().write_all(text.as_bytes())?;
        let (mut status, mut length) = (0, 0);
        loop {
            let mut line = String::new();
            self.stream.read_line(&mut line)?;
            let line = line.trim_end().to_ascii_lowercase();
            match line.split_once(": ") {
                Some(("content-length", n)) => length = n.parse().map_err(io::Error::other)?,
                Some(_) => {}
                None if line.is_empty() => break,
                None => status = line.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0),
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body)?;
        Ok((status, serde_json::from_slice(&body).unwrap_or_default()))
    }

    /// Presses Run; gives the path of the run.
    pub fn run(&mut self, knobs: &Value) -> String {
        let body = json!({ "lab": "fixture", "variant": "buggy", "knobs": knobs }).to_string();
        let (status, run) = self.ask("POST /api/runs", "", &body).expect("it answers");
        assert_eq!(status, 201, "{run}");
        format!("/api/runs/{}", run["id"].as_str().expect("an id"))
    }

    pub fn watch(&self, run: &str) -> Watch {
        self.watch_with(run, 256 << 10)
    }

    /// With a buffer of that size, for crowds.
    pub fn watch_with(&self, run: &str, room: usize) -> Watch {
        let socket = Socket::open(self.addr, &format!("{run}/socket"), room).expect("it upgrades");
        Watch { socket, at: 0, acked: 0, window: 0 }
    }
}

/// One viewer: it acknowledges as a page does.
pub struct Watch {
    socket: Socket,
    pub at: u64,
    acked: u64,
    window: u64,
}

/// What a run came to.
pub struct Outcome {
    pub bytes: u64,
    /// Whether each byte was the one it should be.
    pub intact: bool,
    pub exit: Option<Exit>,
}

impl Watch {
    /// To the end of the run; `look` sees all output on the way, with its offset.
    pub fn read(&mut self, mut look: impl FnMut(&[u8], u64)) -> io::Result<Option<Exit>> {
        loop {
            let Frame { kind, bytes } = self.socket.next()?;
            match kind {
                Kind::Binary => {
                    look(bytes, self.at);
                    self.at += bytes.len() as u64;
                }
                Kind::Text => match serde_json::from_slice(bytes)? {
                    ToClient::Window { bytes } => self.window = bytes,
                    ToClient::Exit(exit) => return Ok(Some(exit)),
                    ToClient::Gap { to, .. } => self.at = to,
                    _ => {}
                },
                Kind::Close => return Ok(None),
                Kind::Ping | Kind::Other => {}
            }
            if self.at - self.acked >= self.window / 4 && self.window > 0 {
                self.acked = self.at;
                self.socket.say(&serde_json::to_string(&ToServer::Ack { bytes: self.at })?)?;
            }
        }
    }

    /// To the end, comparing every byte with what the fixture prints.
    pub fn compare(&mut self, holds: Holds) -> Outcome {
        let (mut bytes, mut intact) = (0, true);
        let read = self.read(|piece, at| {
            intact &= at == bytes && holds(piece, at);
            bytes += piece.len() as u64;
        });
        Outcome { bytes, intact, exit: read.ok().flatten() }
    }

    /// Until the first byte of output.
    pub fn first_byte(&mut self) {
        while self.socket.next().expect("it comes").kind != Kind::Binary {}
    }
}
