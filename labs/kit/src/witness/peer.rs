use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncRead, AsyncReadExt},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};
use tokio_util::task::AbortOnDropHandle;

/// A TCP server in raw bytes, for behaviour no decent server has: it stalls, drips, or says nothing at all.
/// Dropping it ends its connections.
pub struct Peer {
    addr: SocketAddr,
    /// How many connections there were so far.
    accepted: Arc<AtomicUsize>,
    /// Accepts, and holds the tasks of all connections: aborted with this, they are, too.
    _serve: AbortOnDropHandle<()>,
}

impl Peer {
    /// Listens on a free port of the loopback; each connection gets `talk`, with its number from 0.
    /// A connection stays open until `talk` lets go of it.
    pub async fn start<F, T>(talk: F) -> std::io::Result<Self>
    where
        F: Fn(TcpStream, usize) -> T + Send + 'static,
        T: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (addr, accepted) = (listener.local_addr()?, Arc::new(AtomicUsize::new(0)));
        let serve = AbortOnDropHandle::new(tokio::spawn(serve(listener, accepted.clone(), talk)));
        Ok(Self { addr, accepted, _serve: serve })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// How many connections it has taken so far.
    pub fn accepted(&self) -> usize {
        self.accepted.load(SeqCst)
    }
}

async fn serve<F, T>(listener: TcpListener, accepted: Arc<AtomicUsize>, talk: F)
where
    F: Fn(TcpStream, usize) -> T,
    T: Future<Output = ()> + Send + 'static,
{
    let mut open = JoinSet::new();
    loop {
        tokio::select! {
            Some(_) = open.join_next() => {}
            Ok((stream, _)) = listener.accept() => {
                stream.set_nodelay(true).expect("a fresh socket takes options");
                open.spawn(talk(stream, accepted.fetch_add(1, SeqCst)));
            }
        }
    }
}

/// Reads one HTTP/1 request head, its blank line included; `None` where the client left before.
pub async fn read_head(stream: &mut (impl AsyncRead + Unpin)) -> Option<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.ok()?);
    }
    Some(String::from_utf8_lossy(&head).into_owned())
}
