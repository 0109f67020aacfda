//! The one among the peers that came nearest to the pipe, and that Debian has: websocketd. It gives each
//! connection a process, and its output as it comes.

use crate::{
    pattern::Holds, process, server::FIXTURE, server::Outcome, socket::Kind, socket::Socket,
};
use rustix::process::Signal;
use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::Duration,
};

pub struct Peer {
    version: String,
}

/// It, with one program. Dropped, it is killed.
pub struct Running {
    process: Child,
    pub addr: SocketAddr,
}

impl Peer {
    pub fn find() -> Option<Self> {
        let out = Command::new("websocketd").arg("--version").output();
        let Ok(out) = out else {
            eprintln!(
                "websocketd is not installed, so there is no peer. Install it: apt-get install websocketd"
            );
            return None;
        };
        let version =
            String::from_utf8_lossy(&out.stdout).trim_end_matches([' ', '-', '\n']).to_owned();
        Some(Self { version })
    }

    pub fn version(&self) -> &str {
        &self.version
    }

    /// Each connection runs the fixture with these arguments.
    pub fn start(&self, knobs: &[&str]) -> Running {
        let free = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a port");
        let mut command = Command::new("websocketd");
        command.args(["--binary", "--address=127.0.0.1", "--loglevel=fatal"]);
        command.arg(format!("--port={}", free.port())).args([FIXTURE, "buggy"]).args(knobs);
        let process =
            command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
        while TcpStream::connect(free).is_err() {
            sleep(Duration::from_millis(5));
        }
        Running { process, addr: free }
    }
}

impl Running {
    pub fn pid(&self) -> u32 {
        self.process.id()
    }

    pub fn open(&self, room: usize) -> Socket {
        Socket::open(self.addr, "/", room).expect("it upgrades")
    }

    pub fn wait(&mut self) {
        self.process.wait().expect("it ends");
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It leaves its programs behind; we don't.
        let left = process::children(self.pid());
        drop(self.process.kill());
        drop(self.process.wait());
        left.into_iter().for_each(|pid| process::send(pid, Signal::KILL));
    }
}

/// To the end of a run, comparing every byte. It does not tell how the run ended.
pub fn compare(socket: &mut Socket, holds: Holds) -> Outcome {
    let (mut bytes, mut intact) = (0, true);
    while let Ok(frame) = socket.next() {
        match frame.kind {
            Kind::Binary | Kind::Text => {
                intact &= holds(frame.bytes, bytes);
                bytes += frame.bytes.len() as u64;
            }
            Kind::Close => break,
            _ => {}
        }
    }
    Outcome { bytes, intact, exit: None }
}

/// What a peer came to, where there is one.
pub fn beside(peer: Option<&Peer>, tell: impl FnOnce(&Peer) -> String) -> String {
    peer.map_or("–".to_owned(), |peer| format!("websocketd {}", tell(peer)))
}
