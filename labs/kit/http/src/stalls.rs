use labkit::witness::{Peer, read_head};
use reqwest::dns::{Name, Resolve, Resolving};
use std::{future::pending, io, net::SocketAddr, time::Duration};
use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpSocket, TcpStream},
    time::sleep,
};

/// A peer for each phase of a call, which stalls in that phase and in no other. They stay as long as this does.
pub struct Stalls {
    /// Each phase, and the URL that stalls in it. The first needs a client that asks [`NeverResolves`].
    pub urls: Vec<(&'static str, String)>,
    _peers: Vec<Peer>,
    _full: (TcpListener, TcpStream),
}

impl Stalls {
    /// A redirect takes `hop`; where a peer drips, a byte comes every `drip`.
    pub async fn start(hop: Duration, drip: Duration) -> io::Result<Self> {
        let (full, occupied) = full().await?;
        let silent = Peer::start(|stream, _| hold(stream)).await?;
        let redirects = Peer::start(move |stream, _| redirect(stream, hop)).await?;
        let target = format!("https://{}/", silent.addr());
        let to_tls = Peer::start(move |s, _| redirect_once(s, target.clone(), hop)).await?;
        let headers = Peer::start(|stream, _| answer(stream, "", hold)).await?;
        let slow_headers = Peer::start(move |stream, _| {
            answer(stream, "HTTP/1.1 200 OK\r\nx: ", move |s| dripping(s, drip))
        })
        .await?;
        let body = Peer::start(|stream, _| answer(stream, HALF, hold)).await?;
        let slow_body =
            Peer::start(move |stream, _| answer(stream, HALF, move |s| dripping(s, drip))).await?;

        let http = |peer: &Peer| format!("http://{}/", peer.addr());
        let urls = vec![
            ("DNS", "http://never.test/".to_owned()),
            ("TCP connect", format!("http://{}/", full.local_addr()?)),
            ("TLS handshake", format!("https://{}/", silent.addr())),
            ("6 redirects", http(&redirects) + "6"),
            ("redirect, TLS", http(&to_tls)),
            ("headers", http(&headers)),
            ("headers drip", http(&slow_headers)),
            ("body", http(&body)),
            ("body drips", http(&slow_body)),
        ];
        let peers = vec![silent, redirects, to_tls, headers, slow_headers, body, slow_body];
        Ok(Self { urls, _peers: peers, _full: (full, occupied) })
    }
}

const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nhello";

/// A listener whose queue is full: the kernel drops whoever else knocks.
async fn full() -> io::Result<(TcpListener, TcpStream)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let listener = socket.listen(0)?;
    let occupied = TcpStream::connect(listener.local_addr()?).await?;
    Ok((listener, occupied))
}

/// Says nothing more, and keeps the socket: letting go of it would be an end.
async fn hold(stream: TcpStream) {
    pending::<()>().await;
    drop(stream);
}

/// Reads a request, sends `text`, and goes on with `rest`.
async fn answer<F: Future<Output = ()>>(
    mut stream: TcpStream,
    text: &str,
    rest: impl FnOnce(TcpStream) -> F,
) {
    if read_head(&mut stream).await.is_some() && stream.write_all(text.as_bytes()).await.is_ok() {
        rest(stream).await;
    }
}

async fn dripping(mut stream: TcpStream, drip: Duration) {
    while stream.write_u8(b'x').await.is_ok() {
        sleep(drip).await;
    }
}

/// Each hop takes its time; none of them stalls. `/6` leads to `/5`, and `/0` is the end.
async fn redirect(mut stream: TcpStream, hop: Duration) {
    while let Some(head) = read_head(&mut stream).await {
        sleep(hop).await;
        let left: u32 = head.split(['/', ' ']).nth(2).and_then(|n| n.parse().ok()).unwrap_or(0);
        let answer = match left.checked_sub(1) {
            Some(next) => moved(&format!("/{next}")),
            None => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n".to_owned(),
        };
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn redirect_once(stream: TcpStream, target: String, hop: Duration) {
    answer(stream, "", move |mut stream| async move {
        sleep(hop).await;
        if stream.write_all(moved(&target).as_bytes()).await.is_ok() {
            hold(stream).await;
        }
    })
    .await;
}

fn moved(target: &str) -> String {
    format!("HTTP/1.1 302 Found\r\nlocation: {target}\r\ncontent-length: 0\r\n\r\n")
}

/// A resolver that never answers. Addresses in digits do not ask it.
pub struct NeverResolves;

impl Resolve for NeverResolves {
    fn resolve(&self, _: Name) -> Resolving {
        Box::pin(pending())
    }
}
