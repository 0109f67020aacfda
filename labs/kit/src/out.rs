//! The one way out of a lab: text and events, in order, through one lock.
//!
//! Two threads that print on their own tear each other's lines, and a torn line tears the event behind it. So the panic hook and
//! `tracing` write here too. Each event and each line is one `write(2)`.

use crate::clip;
use labkit_wire::{EVENTS_ENV, Event, Kind};
use std::{
    env,
    fs::File,
    io::{self, IsTerminal, Write},
    os::fd::AsFd,
    sync::{Mutex, MutexGuard, OnceLock, PoisonError},
};

/// The stream of this process.
pub(crate) struct Out {
    /// Whether somebody asked for events.
    events: bool,
    /// Whether colour is wanted.
    pub(crate) color: bool,
    stream: Mutex<Stream>,
}

struct Stream {
    file: File,
    next_seq: u64,
}

/// The stream of this process, opened at first use.
pub(crate) fn out() -> &'static Out {
    static OUT: OnceLock<Out> = OnceLock::new();
    OUT.get_or_init(|| {
        let stdout = io::stdout();
        // Not through std's buffer: a frame must reach the pipe in one piece.
        let file = File::from(stdout.as_fd().try_clone_to_owned().expect("stdout is open"));
        Out {
            events: env::var_os(EVENTS_ENV).is_some_and(|v| v == "1"),
            color: wants_color(stdout.is_terminal()),
            stream: Mutex::new(Stream { file, next_seq: 0 }),
        }
    })
}

fn wants_color(terminal: bool) -> bool {
    let set = |name| env::var_os(name).is_some_and(|v| !v.is_empty() && v != "0");
    !set("NO_COLOR") && (set("CLICOLOR_FORCE") || terminal)
}

impl Out {
    /// Writes an event, where events are wanted, and the lines that say the same to a person.
    pub(crate) fn emit(&self, at: u64, lane: &str, kind: Kind, text: &str) {
        let mut stream = self.lock();
        if self.events {
            let event = Event { seq: stream.next_seq, at, lane: lane.to_owned(), kind };
            stream.next_seq += 1;
            stream.write(&clip::frame(event));
        }
        for line in text.lines() {
            stream.write(format!("{line}\n").as_bytes());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stream> {
        self.stream.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Stream {
    fn write(&mut self, bytes: &[u8]) {
        if self.file.write_all(bytes).is_err() {
            // Whoever read this is gone, and a lab has nobody else to tell.
            std::process::exit(141);
        }
    }
}

/// Text of others (`tracing`), a whole line or more at a time.
pub(crate) struct Lines;

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
