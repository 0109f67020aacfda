use tokio::signal::unix::{Signal, SignalKind, signal};

/// Ctrl-C, a polite kill, or the terminal going away.
pub struct Interrupt {
    int: Signal,
    term: Signal,
    hangup: Signal,
}

impl Interrupt {
    /// From here on these do not end the program; whoever waits sees to that.
    pub fn listen() -> std::io::Result<Self> {
        let on = |kind| signal(kind);
        Ok(Self {
            int: on(SignalKind::interrupt())?,
            term: on(SignalKind::terminate())?,
            hangup: on(SignalKind::hangup())?,
        })
    }

    /// Until one comes; gives the exit code that shells use for it. Cancel-safe.
    pub async fn next(&mut self) -> u8 {
        tokio::select! {
            _ = self.int.recv() => 130,
            _ = self.term.recv() => 143,
            _ = self.hangup.recv() => 129,
        }
    }
}
