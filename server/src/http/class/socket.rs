//! One page's line to the class: it is told how the class stands, whole, at each change. What it missed does not matter.

use super::{
    stage::{Shows, may_show},
    who::{Open, Person, Teacher},
};
use crate::http::{Sockets, peer::PeerOf, refusal::Denial};
use axum::{
    extract::{
        Query, State, WebSocketUpgrade,
        rejection::QueryRejection,
        ws::{Message, WebSocket, rejection::WebSocketUpgradeRejection},
    },
    response::Response,
};
use futures_util::{Sink, SinkExt, Stream, StreamExt};
use http::StatusCode;
use serde::Deserialize;
use serde_json::json;
use std::{sync::Arc, time::Duration};
use still_running_class::{Presence, Shown};
use tokio::{
    sync::watch,
    time::{interval, timeout},
};

/// How often we ask whether the page is still there.
const PING: Duration = Duration::from_secs(20);
/// A page that says nothing for this long, or takes nothing, is gone.
const SILENCE: Duration = Duration::from_secs(60);

#[derive(Deserialize)]
pub struct Place {
    /// The page within the book; none for a projector.
    #[serde(default)]
    page: String,
}

pub async fn open(
    Open(class): Open,
    State(sockets): State<Sockets>,
    peer: PeerOf,
    teacher: Option<Teacher>,
    Person(token): Person,
    place: Result<Query<Place>, QueryRejection>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Denial> {
    let upgrade = upgrade.map_err(|_| not_a_socket())?;
    let held = sockets.clients.hold(peer.0.0.ip()).ok_or_else(too_many)?;
    let page = place.map(|Query(place)| place.page).unwrap_or_default();
    let presence = match (teacher.is_none() && !page.is_empty(), class.hall.person(&token).await) {
        (true, Ok(person)) => Some(class.hall.arrive(person, &page)),
        _ => None,
    };
    let news = News {
        shown: class.hall.shown(),
        stage: class.stage.follow(),
        sees_all: teacher.is_some(),
    };
    let (token, abandon) = (sockets.tasks.token(), sockets.abandon.clone());
    let closing = sockets.closing.clone();
    let upgrade = upgrade.read_buffer_size(1024).write_buffer_size(0).max_message_size(1024);
    Ok(upgrade.on_upgrade(async move |socket: WebSocket| {
        let _here = (held, token);
        let (sink, stream) = socket.split();
        tokio::select! {
            _ = tell(sink, news) => {}
            () = hear(stream) => {}
            () = let_go(presence.as_ref()) => {}
            () = closing.cancelled() => {}
            () = abandon.cancelled() => {}
        }
    }))
}

/// A page of nobody's stays.
async fn let_go(presence: Option<&Presence>) {
    match presence {
        Some(presence) => presence.is_let_go().await,
        None => std::future::pending().await,
    }
}

/// What a page is told: how the class stands, and which run is shown.
struct News {
    shown: watch::Receiver<Arc<Shown>>,
    stage: watch::Receiver<Option<Arc<Shows>>>,
    /// Whether it is the teacher's page.
    sees_all: bool,
}

impl News {
    fn snapshot(&mut self) -> Message {
        let now = self.shown.borrow_and_update().clone();
        let text = if self.sees_all { &now.teacher } else { &now.room };
        Message::Text(text.as_ref().into())
    }

    /// No run while a question waits for its reveal, whichever server it was asked on.
    fn run(&mut self) -> Option<Arc<Shows>> {
        let run = self.stage.borrow_and_update().clone();
        run.filter(|_| may_show(self.shown.borrow().class.phase))
    }
}

async fn tell<S: Sink<Message> + Unpin>(mut sink: S, mut news: News) -> Option<()> {
    let (mut pings, mut told) = (interval(PING), None::<String>);
    pings.tick().await;
    news.shown.mark_changed();
    loop {
        let message = tokio::select! {
            changed = news.shown.changed() => {
                changed.ok()?;
                Some(news.snapshot())
            }
            changed = news.stage.changed() => {
                changed.ok()?;
                None
            }
            _ = pings.tick() => Some(Message::Ping(Default::default())),
        };
        if let Some(message) = message {
            send(&mut sink, message).await?;
        }
        let run = news.run();
        let id = run.as_ref().map(|shows| shows.run.id.clone());
        if id != told {
            told = id;
            let run = run.map(|shows| shows.told());
            send(&mut sink, Message::Text(json!({ "run": run }).to_string().into())).await?;
        }
    }
}

async fn send<S: Sink<Message> + Unpin>(sink: &mut S, message: Message) -> Option<()> {
    timeout(SILENCE, sink.send(message)).await.ok()?.ok()
}

/// Until it is gone. It has nothing to say here but that it is there.
async fn hear<E>(mut stream: impl Stream<Item = Result<Message, E>> + Unpin) {
    while let Ok(Some(Ok(_))) = timeout(SILENCE, stream.next()).await {}
}

fn not_a_socket() -> Denial {
    let why = "This address is a WebSocket. Open it as one.";
    Denial::new(StatusCode::BAD_REQUEST, "not-a-websocket", why)
}

fn too_many() -> Denial {
    let why = "As many lines are open from your address as may be. Close some pages, or start the server with more --sockets.";
    Denial::new(StatusCode::TOO_MANY_REQUESTS, "too-many-sockets", why)
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::stream;
    use std::convert::Infallible;
    use tokio::time::{Instant, sleep};

    type Heard = Result<Message, Infallible>;

    #[tokio::test(start_paused = true)]
    async fn a_page_that_says_nothing_is_gone_after_a_minute() {
        let start = Instant::now();
        hear(stream::pending::<Heard>()).await;
        assert_eq!(start.elapsed(), SILENCE);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_answers_our_pings_stays_all_day() {
        let start = Instant::now();
        let day = (24 * 3600) / PING.as_secs();
        let pongs = stream::iter(0..day).then(async |_| {
            sleep(PING).await;
            Heard::Ok(Message::Pong(Default::default()))
        });
        hear(Box::pin(pongs)).await;
        assert_eq!(start.elapsed(), Duration::from_secs(24 * 3600));
    }
}
