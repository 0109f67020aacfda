use futures_util::{SinkExt, StreamExt};
use std::{net::SocketAddr, time::Duration};
use still_running_protocol::{Exit, Reason, ToClient, ToServer};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, Message, client::IntoClientRequest, protocol::frame::coding::CloseCode},
};

/// Nothing in these tests takes longer.
const LIMIT: Duration = Duration::from_secs(30);

/// A page's end of a run's socket. It acknowledges only what it is told to.
pub struct Viewer {
    socket: WebSocketStream<TcpStream>,
    /// The offset after the last byte that came, gaps included.
    pub at: u64,
    acked: u64,
    window: u64,
}

/// What came.
#[derive(Debug)]
pub enum Seen {
    Bytes(Vec<u8>),
    Control(ToClient),
    /// The socket is closed, with this code if there was one.
    Closed(Option<u16>),
}

impl Viewer {
    pub async fn open(addr: SocketAddr, id: &str, from: u64) -> Self {
        Self::try_open(addr, id, from).await.unwrap()
    }

    pub async fn try_open(addr: SocketAddr, id: &str, from: u64) -> Result<Self, Error> {
        Self::open_as(addr, "", id, from).await
    }

    /// As whoever has that cookie.
    pub async fn open_as(
        addr: SocketAddr,
        cookie: &str,
        id: &str,
        from: u64,
    ) -> Result<Self, Error> {
        let mut request =
            format!("ws://{addr}/api/runs/{id}/socket?from={from}").into_client_request()?;
        request.headers_mut().insert("cookie", cookie.parse().unwrap());
        let stream = TcpStream::connect(addr).await.unwrap();
        let (socket, _) = client_async(request, stream).await?;
        let mut viewer = Self { socket, at: from, acked: from, window: 0 };
        match viewer.next().await {
            Seen::Control(ToClient::Window { bytes }) => viewer.window = bytes,
            other => panic!("the window comes first, not {other:?}"),
        }
        Ok(viewer)
    }

    /// The next thing that comes; nothing is acknowledged.
    pub async fn next(&mut self) -> Seen {
        loop {
            match timeout(LIMIT, self.socket.next()).await.expect("something comes") {
                Some(Ok(Message::Binary(bytes))) => {
                    assert!(bytes.len() <= still_running_protocol::FRAME_MAX && !bytes.is_empty());
                    self.at += bytes.len() as u64;
                    return Seen::Bytes(bytes.to_vec());
                }
                Some(Ok(Message::Text(text))) => {
                    let control = serde_json::from_str(&text).unwrap();
                    if let ToClient::Gap { from, to } = control {
                        assert_eq!(from, self.at);
                        self.at = to;
                    }
                    return Seen::Control(control);
                }
                Some(Ok(Message::Close(frame))) => {
                    return Seen::Closed(frame.map(|f| u16::from(f.code)));
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Seen::Closed(None),
            }
        }
    }

    pub async fn ack(&mut self, bytes: u64) {
        self.acked = bytes;
        self.send(&ToServer::Ack { bytes }).await;
    }

    pub async fn send(&mut self, message: &ToServer) {
        self.send_text(&serde_json::to_string(message).unwrap()).await;
    }

    pub async fn send_text(&mut self, text: &str) {
        self.socket.send(Message::text(text)).await.unwrap();
    }

    /// As a page does: acknowledges every quarter of the window.
    pub async fn read(&mut self) -> Seen {
        let seen = self.next().await;
        if self.at - self.acked >= self.window / 4 {
            self.ack(self.at).await;
        }
        seen
    }

    /// Reads bytes until there are that many.
    pub async fn read_bytes(&mut self, many: usize) -> Vec<u8> {
        let mut all = vec![];
        while all.len() < many {
            match self.read().await {
                Seen::Bytes(bytes) => all.extend(bytes),
                Seen::Control(ToClient::Started) => {}
                other => panic!("{other:?} after {} bytes", all.len()),
            }
        }
        all
    }

    /// Reads to the end, and sees that the goodbye comes last.
    pub async fn read_to_end(&mut self) -> (Vec<u8>, Exit) {
        let mut all = vec![];
        let exit = loop {
            match self.read().await {
                Seen::Bytes(bytes) => all.extend(bytes),
                Seen::Control(ToClient::Exit(exit)) => break exit,
                Seen::Control(ToClient::Started | ToClient::Queued { .. }) => {}
                other => panic!("{other:?} after {} bytes", all.len()),
            }
        };
        let last = self.next().await;
        assert!(
            matches!(last, Seen::Closed(Some(code)) if code == u16::from(CloseCode::Normal)),
            "{last:?}"
        );
        (all, exit)
    }

    /// Reads to the end and looks at nothing but why.
    pub async fn read_to_goodbye(&mut self) -> Reason {
        loop {
            match self.read().await {
                Seen::Control(ToClient::Exit(exit)) => return exit.reason,
                Seen::Closed(code) => panic!("closed with {code:?} and no word"),
                Seen::Bytes(_) | Seen::Control(_) => {}
            }
        }
    }

    pub fn window(&self) -> u64 {
        self.window
    }

    pub async fn send_message(&mut self, message: Message) {
        self.socket.send(message).await.unwrap();
    }

    /// Waits for one control message.
    pub async fn expect(&mut self, wanted: &ToClient) {
        match self.read().await {
            Seen::Control(control) => assert_eq!(control, *wanted),
            other => panic!("{wanted:?} was expected, and came {other:?}"),
        }
    }

    /// As a page does that loses its network: no goodbye.
    pub fn cut(self) {
        let stream = self.socket.into_inner();
        drop(stream);
    }
}
