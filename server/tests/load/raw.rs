//! A connection on which anything can be said.

use std::{io, net::SocketAddr, time::Duration};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

/// Longer than any patience of the server's, but that with a silent peer.
pub const LIMIT: Duration = Duration::from_secs(40);

pub struct Raw {
    stream: TcpStream,
}

impl Raw {
    pub async fn connect(addr: SocketAddr) -> Self {
        Self { stream: TcpStream::connect(addr).await.unwrap() }
    }

    /// The head of a socket's handshake, without its last line.
    pub fn handshake(addr: SocketAddr, run: &str) -> String {
        format!(
            "GET /api/runs/{run}/socket HTTP/1.1\r\nhost: {addr}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        )
    }

    /// A socket, with the head of the answer. Nothing of what it says has been read.
    pub async fn upgraded(addr: SocketAddr, run: &str, more: &str) -> (Self, String) {
        let mut raw = Self::connect(addr).await;
        raw.say(format!("{}{more}\r\n", Self::handshake(addr, run)).as_bytes()).await.unwrap();
        let head = raw.head().await;
        assert!(head.starts_with("HTTP/1.1 101"), "{head}");
        (raw, head)
    }

    async fn head(&mut self) -> String {
        let mut head = vec![];
        while !head.ends_with(b"\r\n\r\n") {
            head.push(timeout(LIMIT, self.stream.read_u8()).await.unwrap().unwrap());
        }
        String::from_utf8(head).unwrap()
    }

    pub async fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// One frame from a page: final, masked with zeros, so that its bytes are as they are.
    pub async fn frame(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        self.say(&frame(0x80 | kind, bytes)).await
    }

    /// Everything until the server hangs up, which it must.
    pub async fn rest(&mut self) -> String {
        let mut all = vec![];
        let read = timeout(LIMIT, self.stream.read_to_end(&mut all)).await;
        // A reset is a way to hang up, too.
        drop(read.expect("the server hangs up"));
        String::from_utf8_lossy(&all).into_owned()
    }

    /// Whether the server has hung up by now.
    pub fn is_closed(&self) -> bool {
        let mut byte = [0];
        match self.stream.try_read(&mut byte) {
            Ok(n) => n == 0,
            Err(error) => error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

/// A masked frame with that first byte, and a length as short as it may be.
pub fn frame(first: u8, bytes: &[u8]) -> Vec<u8> {
    let mut frame = vec![first];
    match bytes.len() {
        n @ ..126 => frame.push(0x80 | n as u8),
        n @ ..65_536 => {
            frame.push(0x80 | 126);
            frame.extend_from_slice(&(n as u16).to_be_bytes());
        }
        n => {
            frame.push(0x80 | 127);
            frame.extend_from_slice(&(n as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(&[0; 4]);
    frame.extend_from_slice(bytes);
    frame
}
