use super::{
    Run,
    log::Piece,
    pace::Pace,
    run::{Inner, Phase},
};
use bytes::Bytes;
use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::Relaxed},
};
use still_running_protocol::{Exit, ToClient};
use tokio::sync::{Notify, watch};

/// One viewer of one run. Dropped, it no longer watches.
///
/// What it was sent is `Relaxed`: the bytes it speaks of are read under the run's lock, and both halves of a socket are one
/// task. It is an atomic only because both halves hold the seat. How far it has acknowledged, [`Pace`](super::pace::Pace) knows.
pub struct Seat {
    run: Arc<Run>,
    /// Whether it is somebody else's run, which it may neither end nor pace.
    guest: bool,
    /// Its number among those who watch the run.
    id: u64,
    /// How many bytes it may be sent ahead of what it has acknowledged.
    window: u64,
    /// The offset up to which it was sent output.
    sent: AtomicU64,
    /// It acknowledged something, so there may be room to send more.
    acks: Notify,
}

/// What a viewer is told next.
#[derive(Debug)]
pub enum Next {
    Bytes(Bytes),
    Control(ToClient),
    /// The last.
    Exit(Exit),
}

/// A viewer acknowledged bytes it was never sent.
#[derive(Debug)]
pub struct Overdrawn;

impl Seat {
    /// Takes up output at `from`. None where the run has not printed that far.
    pub fn take(run: Arc<Run>, from: u64, window: u64) -> Option<Self> {
        Self::sit(run, from, window, false, Pace::sit)
    }

    /// As [`Seat::take`], for one who only watches somebody else's run.
    pub fn guest(run: Arc<Run>, from: u64, window: u64) -> Option<Self> {
        Self::sit(run, from, window, true, Pace::sit_beside)
    }

    /// As [`Seat::take`], for one who hands it on to other servers.
    pub fn relay(run: Arc<Run>, from: u64, window: u64) -> Option<Self> {
        Self::sit(run, from, window, true, Pace::sit_as_relay)
    }

    fn sit(
        run: Arc<Run>,
        from: u64,
        window: u64,
        guest: bool,
        how: impl FnOnce(&mut Pace, u64) -> u64,
    ) -> Option<Self> {
        let id = run.with_pace(|pace, log| {
            // What is no longer kept cannot be kept for it.
            let at = from.max(log.start());
            (from <= log.end()).then(|| how(pace, at))
        })?;
        Some(Self { run, guest, id, window, sent: AtomicU64::new(from), acks: Notify::new() })
    }

    pub fn is_guest(&self) -> bool {
        self.guest
    }

    pub fn run(&self) -> &Run {
        &self.run
    }

    pub fn window(&self) -> u64 {
        self.window
    }

    /// It has taken in all up to `offset`.
    pub fn ack(&self, offset: u64) -> Result<(), Overdrawn> {
        if offset > self.sent.load(Relaxed) {
            return Err(Overdrawn);
        }
        self.run.with_pace(|pace, _| pace.ack(self.id, offset));
        self.acks.notify_one();
        Ok(())
    }

    /// What is to be told, piece by piece.
    pub fn reader(&self) -> Reader<'_> {
        let news = self.run.news.subscribe();
        let began = self.run.lock().began;
        Reader { seat: self, news, queued: None, began, points: 0 }
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.run.with_pace(|pace, _| pace.leave(self.id));
    }
}

/// Reads a run at one viewer's pace.
pub struct Reader<'a> {
    seat: &'a Seat,
    /// Something changed about the run.
    news: watch::Receiver<()>,
    /// The last place in the queue it was told.
    queued: Option<u64>,
    /// Whether it knows that the run has begun.
    began: bool,
    /// How many points of a check it knows of.
    points: u64,
}

impl Reader<'_> {
    /// Waits until there is something to tell. Cancel-safe: what is not returned was not taken.
    pub async fn next(&mut self) -> Next {
        loop {
            // Seen first, looked at then: what changes in between wakes us.
            self.news.borrow_and_update();
            if let Some(next) = self.look() {
                return next;
            }
            tokio::select! {
                _ = self.news.changed() => {}
                () = self.seat.acks.notified() => {}
            }
        }
    }

    fn look(&mut self) -> Option<Next> {
        let inner = self.seat.run.lock();
        if let Some(news) = self.phase(&inner) {
            return Some(Next::Control(news));
        }
        let from = self.seat.sent.load(Relaxed);
        let ahead = from.saturating_sub(inner.pace.acked(self.seat.id));
        match (inner.log.read(from, self.seat.window.saturating_sub(ahead)), &inner.phase) {
            (Piece::Bytes(bytes), _) if bytes.is_empty() => None,
            (Piece::Bytes(bytes), _) => {
                self.seat.sent.store(from + bytes.len() as u64, Relaxed);
                Some(Next::Bytes(bytes))
            }
            (Piece::Gone { to }, _) => {
                self.seat.sent.store(to, Relaxed);
                Some(Next::Control(ToClient::Gap { from, to }))
            }
            (Piece::Nothing, Phase::Ended(exit)) => Some(Next::Exit(exit.clone())),
            (Piece::Nothing, _) => None,
        }
    }

    fn phase(&mut self, inner: &Inner) -> Option<ToClient> {
        match inner.phase {
            Phase::Queued(wait) if self.queued != Some(wait.place) => {
                self.queued = Some(wait.place);
                Some(ToClient::Queued { place: wait.place, about: wait.about })
            }
            _ if inner.began && !self.began => {
                self.began = true;
                Some(ToClient::Started)
            }
            _ => self.point(inner),
        }
    }

    fn point(&mut self, inner: &Inner) -> Option<ToClient> {
        let point = inner.point.as_ref().filter(|point| point.done > self.points)?;
        self.points = point.done;
        Some(ToClient::Point(point.clone()))
    }
}
