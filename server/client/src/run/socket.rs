//! A run's socket: bytes and control in, acknowledgements out; connected again when the connection breaks.

use crate::browser::api::{self, Failure};
use crate::browser::dom::{self, on};
use crate::browser::js;
use crate::browser::json;
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use still_running_protocol::{ToClient, ToServer, WINDOW};
use wasm_bindgen::JsCast;
use web_sys::{BinaryType, Event, MessageEvent, WebSocket};

/// Pauses before each attempt to connect again, in milliseconds; together longer than a run goes on unwatched.
const PAUSES: [i32; 8] = [100, 300, 700, 1500, 2000, 3000, 3000, 3000];

/// What the socket brings, in order.
pub enum News {
    /// What the server says, and its words.
    Said(ToClient, String),
    /// The next bytes; [`Socket::taken`] says when they were taken in.
    Bytes(Vec<u8>),
    /// The connection is broken, and is being made again.
    Broken,
    /// It is whole again.
    Mended,
    /// No more will come, and why.
    Lost(String),
}

#[derive(Clone)]
pub struct Socket(Rc<Inner>);

struct Inner {
    id: String,
    path: String,
    news: Box<dyn Fn(News)>,
    socket: RefCell<Option<WebSocket>>,
    /// The next byte's offset.
    received: Cell<u64>,
    taken: Cell<u64>,
    acknowledged: Cell<u64>,
    window: Cell<u64>,
    attempt: Cell<usize>,
    over: Cell<bool>,
}

impl Socket {
    /// Follows a run from that offset on.
    pub fn follow(id: &str, path: &str, from: u64, news: Box<dyn Fn(News)>) -> Self {
        let this = Self(Rc::new(Inner {
            id: id.to_owned(),
            path: path.to_owned(),
            news,
            socket: RefCell::default(),
            received: Cell::new(from),
            taken: Cell::new(from),
            acknowledged: Cell::new(from),
            window: Cell::new(WINDOW),
            attempt: Cell::default(),
            over: Cell::default(),
        }));
        this.connect();
        this
    }

    /// Everything up to this offset was taken in; the server may send as much again.
    pub fn taken(&self, offset: u64) {
        let taken = self.0.taken.get().max(offset);
        self.0.taken.set(taken);
        if taken - self.0.acknowledged.get() >= self.0.window.get() / 4 {
            self.acknowledge();
        }
    }

    /// The offset of the next byte.
    pub fn received(&self) -> u64 {
        self.0.received.get()
    }

    /// Ends the run.
    pub fn stop(&self) {
        if !self.send(&ToServer::Stop) {
            api::stop(&self.0.id);
        }
    }

    fn acknowledge(&self) {
        let bytes = self.0.taken.get();
        if self.send(&ToServer::Ack { bytes }) {
            self.0.acknowledged.set(bytes);
        }
    }

    fn send(&self, message: &ToServer) -> bool {
        let json = text(message);
        let socket = self.0.socket.borrow();
        let open = socket.as_ref().filter(|s| s.ready_state() == WebSocket::OPEN);
        open.is_some_and(|s| s.send_with_str(&json).is_ok())
    }

    fn connect(&self) {
        // `http` and `https` become `ws` and `wss`. The text functions that search weigh 10 kB here, these weigh nothing.
        let root = js::root();
        let rest = root.strip_prefix("http").unwrap_or_default();
        let below = rest.strip_suffix('/').unwrap_or(rest);
        let url = format!("ws{below}{}?from={}", self.0.path, self.received());
        let Ok(socket) = WebSocket::new(&url) else {
            return self.end(News::Lost("This browser refuses the run's connection.".into()));
        };
        socket.set_binary_type(BinaryType::Arraybuffer);
        let this = self.clone();
        on(&socket, "message", Rc::new(move |event| this.message(event)));
        let this = self.clone();
        on(&socket, "close", Rc::new(move |_| this.closed()));
        self.0.acknowledged.set(self.received());
        *self.0.socket.borrow_mut() = Some(socket);
    }

    fn message(&self, event: &Event) {
        let data = event.unchecked_ref::<MessageEvent>().data();
        if let Some(text) = data.as_string() {
            return self.control(&text);
        }
        let bytes = Uint8Array::new(data.unchecked_ref::<ArrayBuffer>()).to_vec();
        self.0.received.set(self.received() + bytes.len() as u64);
        (self.0.news)(News::Bytes(bytes));
    }

    fn control(&self, text: &str) {
        match json::parse(text) {
            Some(ToClient::Window { bytes }) => {
                self.0.window.set(bytes);
                if self.0.attempt.replace(0) > 0 {
                    (self.0.news)(News::Mended);
                }
            }
            Some(said @ ToClient::Exit(_)) => self.end(News::Said(said, text.to_owned())),
            Some(said) => {
                if let ToClient::Gap { to, .. } = said {
                    self.0.received.set(to);
                }
                (self.0.news)(News::Said(said, text.to_owned()));
            }
            None => self.end(News::Lost(api::OLD.into())),
        }
    }

    fn end(&self, news: News) {
        if !self.0.over.replace(true) {
            if let Some(socket) = self.0.socket.take() {
                socket.close().unwrap_or_default();
            }
            (self.0.news)(news);
        }
    }

    fn closed(&self) {
        if self.0.over.get() {
            return;
        }
        let attempt = self.0.attempt.get();
        self.0.attempt.set(attempt + 1);
        if attempt == 0 {
            (self.0.news)(News::Broken);
        }
        let Some(pause) = PAUSES.get(attempt) else {
            let why = "The connection to the server broke, and could not be made again. \
                       A run that nobody watches is ended. Press Run to start another.";
            return self.end(News::Lost(why.into()));
        };
        let this = self.clone();
        dom::after(*pause, Box::new(move || this.again()));
    }

    /// The browser does not tell why a socket failed; the server does.
    fn again(self) {
        let id = self.0.id.clone();
        let known = move |answer: Result<String, Failure>| match answer {
            Err(Failure { status: 401, sentence }) => self.end(News::Lost(sentence)),
            Err(Failure { status: 404, .. }) => self.end(News::Lost(
                "The server no longer has this run. Press Run to start another.".into(),
            )),
            _ if self.0.over.get() => {}
            _ => self.connect(),
        };
        api::known(&id, Box::new(known));
    }
}

/// As the protocol has it: a test says so.
fn text(message: &ToServer) -> String {
    match message {
        ToServer::Ack { bytes } => format!("{{\"type\":\"ack\",\"bytes\":{bytes}}}"),
        ToServer::Stop => "{\"type\":\"stop\"}".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_is_written_as_the_protocol_has_it() {
        for message in
            [ToServer::Ack { bytes: 0 }, ToServer::Ack { bytes: u64::MAX }, ToServer::Stop]
        {
            assert_eq!(text(&message), serde_json::to_string(&message).unwrap());
        }
    }
}
