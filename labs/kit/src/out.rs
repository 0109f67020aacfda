//! The one way out of a lab: text and events, in order, through one lock.
//!
//! Two threads that print on their own tear each other's lines, and a torn line tears the event behind it. So the panic hook and
//! `tracing` write here too. Each event and each line is one `write(2)`.

use crate::clip;
use labkit_wire::{EVENTS_ENV, Event, Kind};
use parking_lot::{Mutex, MutexGuard};
use std::{
    collections::HashMap,
    env,
    io::{self, IsTerminal, Write},
    sync::{
        OnceLock,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

/// The stream of this process.
pub(crate) struct Out {
    /// Whether somebody asked for events.
    events: bool,
    /// Whether colour is wanted.
    pub(crate) color: bool,
    stream: Mutex<Stream>,
}

/// In a page nothing can be duplicated, and nobody else writes: std's own handle, flushed each time.
#[cfg(target_family = "wasm")]
type Sink = io::Stdout;
#[cfg(not(target_family = "wasm"))]
type Sink = std::fs::File;

#[cfg(target_family = "wasm")]
fn sink() -> Sink {
    io::stdout()
}

#[cfg(not(target_family = "wasm"))]
fn sink() -> Sink {
    use std::os::fd::AsFd;
    // Not through std's buffer: a frame must reach the pipe in one piece.
    io::stdout().as_fd().try_clone_to_owned().expect("stdout is open").into()
}

struct Stream {
    file: Sink,
    next_seq: u64,
    /// What each lane told last, of what an effect can come of.
    last: HashMap<String, u64>,
    /// The last drop that each lane told.
    dropped: HashMap<String, u64>,
}

/// The stream of this process, opened at first use.
pub(crate) fn out() -> &'static Out {
    static OUT: OnceLock<Out> = OnceLock::new();
    OUT.get_or_init(|| Out {
        events: env::var_os(EVENTS_ENV).is_some_and(|v| v == "1"),
        color: wants_color(io::stdout().is_terminal()),
        stream: Mutex::new(Stream {
            file: sink(),
            next_seq: 0,
            last: HashMap::new(),
            dropped: HashMap::new(),
        }),
    })
}

fn wants_color(terminal: bool) -> bool {
    let set = |name| env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    !set("NO_COLOR") && (set("CLICOLOR_FORCE") || terminal)
}

impl Out {
    /// Writes an event, where events are wanted, and the lines that say the same to a person; nothing once `over` is set.
    ///
    /// That is asked under the lock, so that what is told and what is not are apart by more than luck: see [`Out::end`].
    pub(crate) fn emit_until(
        &self,
        over: &AtomicBool,
        at: u64,
        lane: &str,
        kind: Kind,
        text: &str,
    ) {
        let mut stream = self.lock();
        if !over.load(SeqCst) {
            stream.emit(self.events, at, lane, kind, text);
        }
    }

    /// As [`Out::emit_until`], whatever is over.
    pub(crate) fn emit(&self, at: u64, lane: &str, kind: Kind, text: &str) {
        self.lock().emit(self.events, at, lane, kind, text);
    }

    /// Sets `over` between two writes: a thread that is about to tell something has told it, or never will.
    pub(crate) fn end(&self, over: &AtomicBool) {
        let _between = self.lock();
        over.store(true, SeqCst);
    }

    /// The number of what a lane told last; none where nobody asked for events.
    pub(crate) fn last(&self, lane: &str) -> Option<u64> {
        self.lock().last.get(lane).copied()
    }

    /// As [`Out::last`], of the drops alone.
    pub(crate) fn last_drop(&self, lane: &str) -> Option<u64> {
        self.lock().dropped.get(lane).copied()
    }

    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock()
    }
}

impl Stream {
    fn emit(&mut self, events: bool, at: u64, lane: &str, kind: Kind, text: &str) {
        if events {
            if matches!(kind, Kind::Dropped { .. }) {
                self.dropped.insert(lane.to_owned(), self.next_seq);
            }
            if is_moment(&kind) {
                self.last.insert(lane.to_owned(), self.next_seq);
            }
            let event = Event { seq: self.next_seq, at, lane: lane.to_owned(), kind };
            self.next_seq += 1;
            self.write(&clip::frame(event));
        }
        for line in text.lines() {
            self.write(format!("{line}\n").as_bytes());
        }
    }

    fn write(&mut self, bytes: &[u8]) {
        if self.file.write_all(bytes).and_then(|()| self.file.flush()).is_err() {
            // Whoever read this is gone, and a lab has nobody else to tell.
            std::process::exit(141);
        }
    }
}

/// Whether something happened, so that it can be a cause or an effect.
fn is_moment(kind: &Kind) -> bool {
    use Kind::*;
    matches!(kind, Begin { .. } | End { .. } | Dropped { .. } | Mark { .. } | Check { .. })
}

/// Text of others (`tracing`), a whole line or more at a time.
#[cfg(not(target_family = "wasm"))]
pub(crate) struct Lines;

#[cfg(not(target_family = "wasm"))]
impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        out().lock().write(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Sends what `tracing` says here, where `RUST_LOG` asks for it.
#[cfg(not(target_family = "wasm"))]
pub(crate) fn install_tracing() {
    use tracing_subscriber::{EnvFilter, fmt};
    if env::var_os("RUST_LOG").is_some() {
        let color = out().color;
        fmt()
            .with_env_filter(EnvFilter::from_default_env())
            .with_ansi(color)
            .with_writer(|| Lines)
            .init();
    }
}
