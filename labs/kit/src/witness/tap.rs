use super::frames::{Frame, Reader};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp},
    sync::{Notify, watch},
};

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Client,
    Server,
}

/// What the tap does with bytes of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Valve {
    Open,
    /// Kept until opened again: a slow network.
    Held,
    /// Taken and thrown away, the sockets left open: a dead link that nobody reports.
    Silent,
}

/// A TCP relay that sees every HTTP/2 frame, and can hold bytes back or go silent. A party that lies to neither side.
pub struct Tap {
    front: super::Peer,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    frames: Mutex<Vec<(Side, Frame)>>,
    seen: Notify,
    client: watch::Sender<Valve>,
    server: watch::Sender<Valve>,
    on_frame: Box<dyn Fn(Side, &Frame) + Send + Sync>,
}

impl Tap {
    /// Stands in front of `upstream`; connect to [`Tap::addr`] instead. `on_frame` hears of each frame before it is passed on.
    pub async fn start(
        upstream: SocketAddr,
        on_frame: impl Fn(Side, &Frame) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            upstream,
            frames: Mutex::default(),
            seen: Notify::new(),
            client: watch::Sender::new(Valve::Open),
            server: watch::Sender::new(Valve::Open),
            on_frame: Box::new(on_frame),
        });
        let relayed = shared.clone();
        let front = super::Peer::start(move |stream, _| relay(stream, relayed.clone())).await?;
        Ok(Self { front, shared })
    }

    pub fn addr(&self) -> SocketAddr {
        self.front.addr()
    }

    /// How many connections it has relayed.
    pub fn connections(&self) -> usize {
        self.front.accepted()
    }

    /// Every frame so far, in the order seen.
    pub fn frames(&self) -> Vec<(Side, Frame)> {
        self.shared.frames.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until a frame of `side` meets `wanted`. Cancel-safe: it only looks.
    pub async fn seen(&self, side: Side, wanted: impl Fn(&Frame) -> bool) {
        loop {
            let next = self.shared.seen.notified();
            if self.frames().iter().any(|(s, f)| *s == side && wanted(f)) {
                return;
            }
            next.await;
        }
    }

    /// Keeps what `side` sends until [`Tap::open`].
    pub fn hold(&self, side: Side) {
        self.shared.valve(side).send_replace(Valve::Held);
    }

    /// Throws away what either side sends from now on. What was thrown away does not come back with [`Tap::open`].
    pub fn silence(&self) {
        self.shared.client.send_replace(Valve::Silent);
        self.shared.server.send_replace(Valve::Silent);
    }

    /// Passes everything on again.
    pub fn open(&self) {
        self.shared.client.send_replace(Valve::Open);
        self.shared.server.send_replace(Valve::Open);
    }
}

impl Shared {
    fn valve(&self, side: Side) -> &watch::Sender<Valve> {
        match side {
            Side::Client => &self.client,
            Side::Server => &self.server,
        }
    }

    fn saw(&self, side: Side, frame: Frame) {
        (self.on_frame)(side, &frame);
        self.frames.lock().unwrap_or_else(PoisonError::into_inner).push((side, frame));
        self.seen.notify_waiters();
    }
}

async fn relay(client: TcpStream, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(shared.upstream).await else { return };
    server.set_nodelay(true).expect("a fresh socket takes options");
    let ((client_read, client_write), (server_read, server_write)) =
        (client.into_split(), server.into_split());
    tokio::join!(
        pump(client_read, server_write, Side::Client, &shared),
        pump(server_read, client_write, Side::Server, &shared),
    );
}

/// One direction, until its sender is done. A direction that was silent stays open: a dead link sends no FIN.
async fn pump(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    side: Side,
    shared: &Shared,
) {
    let (mut reader, mut valve) = (Reader::default(), shared.valve(side).subscribe());
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        if *valve.borrow() == Valve::Silent {
            continue;
        }
        for frame in reader.push(&buffer[..n]) {
            shared.saw(side, frame);
        }
        if valve.wait_for(|v| *v != Valve::Held).await.is_err()
            || to.write_all(&buffer[..n]).await.is_err()
        {
            return;
        }
    }
    if *valve.borrow() == Valve::Silent {
        std::future::pending::<()>().await;
    }
}
