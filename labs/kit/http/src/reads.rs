use axum::serve::Listener;
use std::{io, net::SocketAddr, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::io::InspectReader;

/// A listener whose connections tell of each read.
pub struct Reads {
    listener: TcpListener,
    on_read: Arc<dyn Fn(usize) + Send + Sync>,
}

impl Reads {
    pub fn of(listener: TcpListener, on_read: impl Fn(usize) + Send + Sync + 'static) -> Self {
        Self { listener, on_read: Arc::new(on_read) }
    }
}

impl Listener for Reads {
    type Io = InspectReader<TcpStream, Box<dyn FnMut(&[u8]) + Send>>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        let (stream, peer) = Listener::accept(&mut self.listener).await;
        let on_read = self.on_read.clone();
        (InspectReader::new(stream, Box::new(move |bytes| on_read(bytes.len()))), peer)
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.listener.local_addr()
    }
}
