use super::frames::{Frame, FrameKind, Reader};
use parking_lot::Mutex;
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp},
    sync::{Notify, watch},
};

/// Who sent it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Who connected.
    Client,
    /// Who was connected to.
    Server,
}

/// What the tap does with bytes of one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Valve {
    Open,
    /// Kept until opened again: a slow network.
    Held,
}

/// A TCP relay that sees every HTTP/2 frame, and can hold bytes back or go silent. A party that lies to neither side.
pub struct Tap {
    /// Takes the connections. Dropped, it ends them, and those to the server.
    front: super::Peer,
    shared: Arc<Shared>,
}

struct Shared {
    upstream: SocketAddr,
    /// All so far, in the order in which they came here.
    frames: Mutex<Vec<(Side, Frame)>>,
    /// There is one more.
    seen: Notify,
    /// For bytes that the client sends.
    client: watch::Sender<Valve>,
    /// For bytes that the server sends.
    server: watch::Sender<Valve>,
    /// Connections numbered below this are silent.
    silenced: AtomicUsize,
    /// Clients whose end was read.
    clients_gone: AtomicUsize,
    watching: Watching,
}

/// What the tap makes of the bytes it relays.
enum Watching {
    Frames(OnSeen<Frame>),
    Bytes(OnSeen<[u8]>),
}

type OnSeen<T> = Box<dyn Fn(Side, &T) + Send + Sync>;

impl Tap {
    /// Stands in front of `upstream`; connect to [`Tap::addr`] instead. `on_frame` hears of each frame before it is passed on.
    pub async fn start(
        upstream: SocketAddr,
        on_frame: impl Fn(Side, &Frame) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        Self::watch(upstream, Watching::Frames(Box::new(on_frame))).await
    }

    /// Stands in front of `upstream`, and tells every frame of a stream on `lane`. What concerns the connection alone, such as
    /// SETTINGS and windows, is seen and not told, but for GOAWAY. A client that resets its stream does so because of what was
    /// dropped on the lane `client`, where that lane tells a drop.
    pub async fn told(upstream: SocketAddr, lane: crate::Lane) -> std::io::Result<Self> {
        Self::start(upstream, move |side, frame| {
            let text = match side {
                Side::Client => format!("→ {frame}"),
                Side::Server => format!("← {frame}"),
            };
            match frame.kind {
                FrameKind::Headers | FrameKind::RstStream | FrameKind::GoAway => lane.say(text),
                FrameKind::Data if frame.end_stream => lane.say(text),
                FrameKind::Data => lane.mark(text),
                _ => {}
            }
            if side == Side::Client && frame.is_cancel() {
                lane.because(lane.beside("client").last_drop());
            }
        })
        .await
    }

    /// As [`Tap::start`], for a protocol that is not HTTP/2: `on_bytes` hears of each piece before it is passed on.
    pub async fn relay(
        upstream: SocketAddr,
        on_bytes: impl Fn(Side, &[u8]) + Send + Sync + 'static,
    ) -> std::io::Result<Self> {
        Self::watch(upstream, Watching::Bytes(Box::new(on_bytes))).await
    }

    async fn watch(upstream: SocketAddr, watching: Watching) -> std::io::Result<Self> {
        let shared = Arc::new(Shared {
            upstream,
            frames: Mutex::default(),
            seen: Notify::new(),
            client: watch::Sender::new(Valve::Open),
            server: watch::Sender::new(Valve::Open),
            silenced: AtomicUsize::new(0),
            clients_gone: AtomicUsize::new(0),
            watching,
        });
        let relayed = shared.clone();
        let front = super::Peer::start(move |stream, n| relay(stream, n, relayed.clone())).await?;
        Ok(Self { front, shared })
    }

    /// Where clients connect in place of the server.
    pub fn addr(&self) -> SocketAddr {
        self.front.addr()
    }

    /// How many connections it has relayed.
    pub fn connections(&self) -> usize {
        self.front.accepted()
    }

    /// How many of them their client has closed, silent ones included.
    pub fn clients_gone(&self) -> usize {
        self.shared.clients_gone.load(SeqCst)
    }

    /// Every frame so far, in the order seen.
    pub fn frames(&self) -> Vec<(Side, Frame)> {
        self.shared.frames.lock().clone()
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

    /// Makes a dead link of every connection there is, which nobody reports: what either side sends is seen, then thrown away, and
    /// the sockets stay open. Connections made later are relayed. What was thrown away does not come back with [`Tap::open`].
    pub fn silence(&self) {
        self.shared.silenced.store(self.connections(), SeqCst);
        // Wakes those that hold bytes, which are now thrown away.
        self.shared.client.send_modify(|_| ());
        self.shared.server.send_modify(|_| ());
    }

    /// Passes everything on again.
    pub fn open(&self) {
        self.shared.silenced.store(0, SeqCst);
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

    fn is_silent(&self, connection: usize) -> bool {
        connection < self.silenced.load(SeqCst)
    }

    fn saw(&self, side: Side, reader: &mut Reader, bytes: &[u8]) {
        match &self.watching {
            Watching::Bytes(on_bytes) => on_bytes(side, bytes),
            Watching::Frames(on_frame) => {
                for frame in reader.push(bytes) {
                    on_frame(side, &frame);
                    self.frames.lock().push((side, frame));
                    self.seen.notify_waiters();
                }
            }
        }
    }
}

async fn relay(client: TcpStream, number: usize, shared: Arc<Shared>) {
    let Ok(server) = TcpStream::connect(shared.upstream).await else { return };
    server.set_nodelay(true).expect("a fresh socket takes options");
    let ((client_read, client_write), (server_read, server_write)) =
        (client.into_split(), server.into_split());
    tokio::join!(
        pump(client_read, server_write, Side::Client, number, &shared),
        pump(server_read, client_write, Side::Server, number, &shared),
    );
}

/// One direction, until its sender is done. A direction that was silent stays open: a dead link sends no FIN.
async fn pump(
    mut from: tcp::OwnedReadHalf,
    mut to: tcp::OwnedWriteHalf,
    side: Side,
    number: usize,
    shared: &Shared,
) {
    let (mut reader, mut valve) = (Reader::default(), shared.valve(side).subscribe());
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        shared.saw(side, &mut reader, &buffer[..n]);
        let may_pass = |v: &Valve| *v != Valve::Held || shared.is_silent(number);
        let passes = valve.wait_for(may_pass).await.is_ok();
        if shared.is_silent(number) {
            continue;
        }
        if !passes || to.write_all(&buffer[..n]).await.is_err() {
            return;
        }
    }
    shared.clients_gone.fetch_add(usize::from(side == Side::Client), SeqCst);
    if shared.is_silent(number) {
        std::future::pending::<()>().await;
    }
}
