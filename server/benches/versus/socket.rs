//! A WebSocket's reading end, as plain as can be.

use std::{
    io::{self, Error, ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Nothing here takes longer.
const LIMIT: Duration = Duration::from_secs(60);

pub struct Socket {
    stream: TcpStream,
    buffer: Vec<u8>,
    from: usize,
    to: usize,
}

pub struct Frame<'a> {
    pub kind: Kind,
    pub bytes: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Binary,
    Close,
    Ping,
    Other,
}

impl Socket {
    /// Opens `path`. `room` is the size of the buffer it begins with.
    pub fn open(to: SocketAddr, path: &str, room: usize) -> io::Result<Self> {
        let stream = TcpStream::connect(to)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(LIMIT))?;
        let mut socket = Self { stream, buffer: vec![0; room], from: 0, to: 0 };
        let head = format!(
            "GET {path} HTTP/1.1\r\nhost: {to}\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
             sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        );
        socket.stream.write_all(head.as_bytes())?;
        socket.upgraded()?;
        Ok(socket)
    }

    fn upgraded(&mut self) -> io::Result<()> {
        let end = loop {
            match self.held().windows(4).position(|w| w == b"\r\n\r\n") {
                Some(end) => break end,
                None => self.fill()?,
            }
        };
        let refused = !self.held().starts_with(b"HTTP/1.1 101");
        self.from += end + 4;
        if refused { Err(Error::other("the upgrade was refused")) } else { Ok(()) }
    }

    fn held(&self) -> &[u8] {
        &self.buffer[self.from..self.to]
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.from > 0
            && (self.from == self.to || self.buffer.len() - self.to < self.buffer.len() / 2)
        {
            self.buffer.copy_within(self.from..self.to, 0);
            (self.from, self.to) = (0, self.to - self.from);
        }
        if self.to == self.buffer.len() {
            self.buffer.resize(2 * self.to, 0);
        }
        match self.stream.read(&mut self.buffer[self.to..])? {
            0 => Err(ErrorKind::UnexpectedEof.into()),
            n => {
                self.to += n;
                Ok(())
            }
        }
    }

    /// The next frame. Fragments are frames too.
    pub fn next(&mut self) -> io::Result<Frame<'_>> {
        let (head, length) = loop {
            match head(self.held()) {
                Some((head, length)) if head + length <= self.to - self.from => {
                    break (head, length);
                }
                _ => self.fill()?,
            }
        };
        let kind = match self.held()[0] & 0x0f {
            0 | 2 => Kind::Binary,
            1 => Kind::Text,
            8 => Kind::Close,
            9 => Kind::Ping,
            _ => Kind::Other,
        };
        let at = self.from + head;
        self.from = at + length;
        Ok(Frame { kind, bytes: &self.buffer[at..at + length] })
    }

    pub fn say(&mut self, text: &str) -> io::Result<()> {
        self.send(0x81, text.as_bytes())
    }

    /// Masked with zeros, which leaves the bytes as they are.
    fn send(&mut self, kind: u8, bytes: &[u8]) -> io::Result<()> {
        assert!(bytes.len() < 126);
        let mut frame = vec![kind, 0x80 | bytes.len() as u8, 0, 0, 0, 0];
        frame.extend_from_slice(bytes);
        self.stream.write_all(&frame)
    }
}

/// The length of the header, and of what follows, once both are known.
fn head(bytes: &[u8]) -> Option<(usize, usize)> {
    match *bytes.get(1)? & 0x7f {
        126 => Some((4, u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?).into())),
        127 => Some((10, u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize)),
        length => Some((2, length.into())),
    }
}
