//! The way of a shown run to the other servers of its class: through the database, piece by piece. It paces the run beside whoever
//! started it, so that no byte is lost on the way; where the database fails it does so no longer, and holds up nobody.

use crate::runs::{Next, Run, Seat};
use std::{sync::Arc, time::Duration};
use still_running_class::{Hall, store::Piece};
use still_running_protocol::{State, ToClient};
use tokio::time::{Instant, sleep, sleep_until};
use tracing::warn;

/// How long output is gathered before it is handed on.
const EVERY: Duration = Duration::from_millis(100);
/// The most that is handed on at once.
const MOST: usize = 512 << 10;
/// How often the others are told that this server lives, where the run says nothing.
const BEAT: Duration = Duration::from_secs(2);
/// How long after the database failed it is tried again.
const AGAIN: Duration = Duration::from_secs(1);

/// What is handed on at once.
struct Batch {
    pieces: Vec<Piece>,
    bytes: usize,
    /// The offset after the last byte.
    end: u64,
    /// How the run goes.
    said: ToClient,
}

/// Until the run is over, or no longer shown.
pub async fn relay(hall: Arc<Hall>, run: Arc<Run>, window: u64) {
    let start = run.info().kept_from;
    let mut batch = Batch { pieces: vec![], bytes: 0, end: start, said: said(&run) };
    let Some(paces) = Seat::relay(run.clone(), start, window) else { return };
    if hand_all_on(&hall, &paces, &mut batch).await.is_err() {
        drop(paces);
        let Some(beside) = Seat::guest(run.clone(), batch.end, window) else { return };
        while hand_all_on(&hall, &beside, &mut batch).await.is_err() {
            sleep(AGAIN).await;
        }
    }
}

/// An error: the database failed, and the batch is still to be handed on.
async fn hand_all_on(hall: &Hall, seat: &Seat, batch: &mut Batch) -> Result<(), ()> {
    let (mut reader, run) = (seat.reader(), seat.run());
    loop {
        let keep = run.info().kept_from;
        let text = serde_json::to_string(&batch.said).expect("it has no map with odd keys");
        let more = (batch.pieces.as_slice(), text.as_str(), keep);
        match hall.append(&run.id, more).await {
            Ok(true) => {}
            Ok(false) => return Ok(()),
            Err(why) => {
                warn!(%why, "other servers do not get the run that is shown");
                return Err(());
            }
        }
        if matches!(batch.said, ToClient::Exit(_)) {
            return Ok(());
        }
        // What was read is what it was sent, so this is never too much.
        drop(seat.ack(batch.end));
        (batch.pieces, batch.bytes) = (vec![], 0);
        batch.gather(&mut reader).await;
    }
}

impl Batch {
    async fn gather(&mut self, reader: &mut crate::runs::Reader<'_>) {
        let mut until = Instant::now() + BEAT;
        while self.bytes < MOST {
            let next = tokio::select! {
                next = reader.next() => next,
                () = sleep_until(until) => return,
            };
            until = until.min(Instant::now() + EVERY);
            match next {
                Next::Bytes(bytes) => {
                    let at = self.end;
                    self.end += bytes.len() as u64;
                    self.bytes += bytes.len();
                    self.pieces.push((at, bytes.to_vec()));
                }
                Next::Control(ToClient::Gap { to, .. }) => self.end = to,
                Next::Control(said) => self.said = said,
                Next::Exit(exit) => {
                    self.said = ToClient::Exit(exit);
                    return;
                }
            }
        }
    }
}

/// How a run goes, for one who comes now. Its end comes when its output has.
fn said(run: &Run) -> ToClient {
    match run.info().state {
        State::Queued { place } => ToClient::Queued { place, about: None },
        State::Running | State::Ended(_) => ToClient::Started,
    }
}
