//! A line reader races a ticker in `select!`. What it had read when it lost must not be lost with it.

mod buggy;
mod fixed;
#[cfg(feature = "mine")]
mod mine;
mod wrong {
    pub(crate) mod early;
    pub(crate) mod lines;
    pub(crate) mod peek;
    pub(crate) mod read_line;
    pub(crate) mod spawned;
}

use labkit::prelude::*;
use std::{
    io,
    mem::take,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, ready},
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf, duplex};

labkit::knobs! {
    /// Pause between two bytes from the peer.
    drip: Duration = 10, 1..=100, grid [1, 5, 20, 100];
    /// How often the other branch of the select! wins.
    tick: Duration = 35, 5..=500, grid [5, 15, 51, 60, 140, 500];
}

/// What a variant brings: a reader that gives one line at a time.
trait Lines {
    fn new(peer: Pipe) -> Self;
    async fn next(&mut self) -> Option<String>;
}

const SENT: &str = "left\nto\nright\n";

// ANCHOR: scenario
async fn scenario<L: Lines>(lab: Lab, knobs: Knobs) -> Result {
    let (near, far) = duplex(64);
    let peer = tokio::spawn(trickle(lab.lane("peer"), far, knobs.drip));

    let (reader, ticker) = (lab.lane("reader"), lab.lane("ticker"));
    let read = Read::default();
    let mut lines = L::new(Pipe { end: near, read: read.clone() });
    let mut ticks = every(knobs.tick);
    let mut got = String::new();
    loop {
        select! {
            biased;
            _ = ticks.tick() => ticker.mark("wins the race"),
            line = reader.watch_at(1, "next()", lines.next()).holding(read.begun()) => match line {
                Some(line) => { reader.say(format!("got {line:?}")); got.push_str(&line) }
                None => break,
            },
        }
    }
    peer.await?;

    lab.check_eq("every byte sent is received", SENT, &got);
    Ok(())
}
// ANCHOR_END: scenario

/// The reader's end of the pipe. It notes what is read.
struct Pipe {
    end: DuplexStream,
    read: Read,
}

/// What was read since a `next()` began.
#[derive(Clone, Default)]
struct Read(Arc<Mutex<String>>);

impl Read {
    /// A `next()` begins. Tells, in words, what it has read so far.
    fn begun(&self) -> impl Fn() -> Option<String> + Send + use<> {
        let read = self.clone();
        read.note(|read| read.clear());
        move || read.note(|read| (!read.is_empty()).then(|| format!("had read {read:?}")))
    }

    fn note<T>(&self, note: impl FnOnce(&mut String) -> T) -> T {
        note(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AsyncRead for Pipe {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        ready!(Pin::new(&mut self.end).poll_read(cx, buf))?;
        let bytes = String::from_utf8_lossy(&buf.filled()[before..]);
        self.read.note(|read| read.push_str(&bytes));
        Poll::Ready(Ok(()))
    }
}

/// Sends [`SENT`] one byte at a time, then hangs up.
async fn trickle(peer: Lane, mut far: DuplexStream, drip: Duration) {
    for (sent, byte) in SENT.bytes().enumerate() {
        sleep(drip).await;
        far.write_u8(byte).await.expect("the reader outlives the peer");
        peer.gauge("bytes sent", sent + 1, "B");
        if byte == b'\n' {
            peer.say("ends a line");
        }
    }
}

fn main() -> ExitCode {
    Manifest {
        title: "A line arrives with its beginning missing",
        crates: &["tokio"],
        article: &[],
        clock: Clock::Paused,
        needs: &[],
    }
    .main(
        env!("CARGO_PKG_NAME"),
        labkit::variants![scenario: Reader, wrong: early, lines, peek, read_line, spawned],
    )
}
