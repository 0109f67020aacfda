//! One viewer's socket. Two halves, one task: `talk` sends what the run prints, `listen` takes what the page
//! says; neither ever waits for the other, so a page that reads nothing can still stop its run.
//!
//! The halves race once. Whatever is dropped by that is either over, or belongs to a peer that is gone.

use super::{Sockets, clients::Held};
use crate::runs::{Next, Seat};
use axum::{
    extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code},
    response::Response,
};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use std::{pin::pin, time::Duration};
use still_running_protocol::{ToClient, ToServer};
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use tracing::{Instrument, debug};

/// How often we ask whether the peer is still there.
const PING: Duration = Duration::from_secs(20);
/// A peer that says nothing for this long, not even that it is there, is gone.
const SILENCE: Duration = Duration::from_secs(60);
/// The most bytes of one message from a page: control is short, and keys are few.
const MESSAGE: usize = 64 << 10;
/// How long a goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// Why we hang up: what the peer did that it may not.
struct Fault(&'static str);

pub fn open(upgrade: WebSocketUpgrade, seat: Seat, held: Held, sockets: &Sockets) -> Response {
    let (tasks, abandon) = (sockets.tasks.clone(), sockets.abandon.clone());
    // An idle socket is a few kilobytes, not a hundred and thirty; what pages say is short.
    let upgrade = upgrade.read_buffer_size(1024).write_buffer_size(0);
    let upgrade = upgrade.max_message_size(MESSAGE).max_frame_size(MESSAGE);
    let token = tasks.token();
    let span = seat.run().span.clone();
    let watch = async move |socket| {
        let _counted = (token, held);
        debug!("a viewer came");
        tokio::select! {
            () = attend(socket, &seat) => debug!("a viewer left"),
            () = abandon.cancelled() => debug!("a viewer was given up"),
        }
    };
    upgrade.on_upgrade(|socket| watch(socket).instrument(span))
}

async fn attend(socket: WebSocket, seat: &Seat) {
    let (mut sink, stream) = socket.split();
    let mut listen = pin!(listen(stream, seat));
    let heard = tokio::select! {
        told = talk(&mut sink, seat) => match told {
            // All is sent, but perhaps not all received: hanging up now could cost the last bytes.
            Ok(()) => listen.await,
            Err(_) => return,
        },
        heard = &mut listen => heard,
    };
    if let Err(Fault(why)) = heard {
        debug!(why, "a viewer broke the rules");
        drop(timeout(GOODBYE, sink.send(close(close_code::POLICY, why))).await);
    }
}

/// Sends what there is to tell, to the end.
async fn talk<S: Sink<Message> + Unpin>(sink: &mut S, seat: &Seat) -> Result<(), S::Error> {
    let (mut reader, counts) = (seat.reader(), &seat.run().counts);
    sink.send(control(&ToClient::Window { bytes: seat.window() })).await?;
    // One timer for all: a new one for each message would cost as much as the message.
    let mut pings = interval_at(Instant::now() + PING, PING);
    pings.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        let next = tokio::select! {
            next = reader.next() => next,
            _ = pings.tick() => {
                sink.send(Message::Ping(Default::default())).await?;
                continue;
            }
        };
        let message = match next {
            Next::Bytes(bytes) => {
                counts.send(bytes.len());
                Message::Binary(bytes)
            }
            Next::Control(news) => {
                if let ToClient::Gap { from, to } = news {
                    counts.miss(to - from);
                }
                control(&news)
            }
            Next::Exit(exit) => {
                sink.send(control(&ToClient::Exit(exit))).await?;
                return sink.send(close(close_code::NORMAL, "")).await;
            }
        };
        sink.send(message).await?;
    }
}

/// Until the peer has gone, or does what it may not.
async fn listen<E>(
    mut stream: impl Stream<Item = Result<Message, E>> + Unpin,
    seat: &Seat,
) -> Result<(), Fault> {
    while let Ok(Some(Ok(message))) = timeout(SILENCE, stream.next()).await {
        match message {
            Message::Text(text) => obey(text.as_str(), seat)?,
            // Labs read no keys.
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) | Message::Close(_) => {}
        }
    }
    Ok(())
}

fn obey(text: &str, seat: &Seat) -> Result<(), Fault> {
    match serde_json::from_str(text) {
        Ok(ToServer::Ack { bytes }) => {
            seat.ack(bytes).map_err(|_| Fault("acknowledged bytes that were never sent"))
        }
        Ok(ToServer::Stop) => {
            if seat.is_guest() {
                return Err(Fault("this run is the teacher's to stop"));
            }
            seat.run().stop();
            Ok(())
        }
        Err(_) => Err(Fault("not a message this server knows")),
    }
}

fn control(message: &ToClient) -> Message {
    Message::Text(serde_json::to_string(message).expect("it has no map with odd keys").into())
}

fn close(code: u16, reason: &'static str) -> Message {
    Message::Close(Some(CloseFrame { code, reason: reason.into() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runs::Run;
    use futures_util::{future::join, stream};
    use std::{convert::Infallible, sync::Arc};

    fn seat() -> Seat {
        Seat::take(Arc::new(Run::for_tests()), 0, 1 << 20).expect("offset 0 is always there")
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_says_nothing_for_a_minute_is_gone() {
        let (start, seat) = (Instant::now(), seat());
        let silent = stream::pending::<Result<Message, Infallible>>();
        assert!(listen(silent, &seat).await.is_ok());
        assert_eq!(start.elapsed(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_peer_that_is_idle_is_asked_whether_it_is_there_and_stays() {
        let (seat, start) = (seat(), Instant::now());
        let (out, sent) = tokio::sync::mpsc::channel(8);
        let mut sink = Box::pin(futures_util::sink::unfold(out, async |out, message: Message| {
            out.send(message).await.map(|()| out)
        }));
        let answers = stream::unfold(sent, async |mut sent| {
            sent.recv().await?;
            Some((Ok::<_, Infallible>(Message::Pong(Default::default())), sent))
        });
        let answers = Box::pin(answers);
        let both = join(talk(&mut sink, &seat), listen(answers, &seat));
        assert!(timeout(10 * SILENCE, both).await.is_err(), "hung up after {:?}", start.elapsed());
    }
}
