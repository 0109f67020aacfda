use std::{net::SocketAddr, pin::pin};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
    task::JoinHandle,
};

/// What becomes of those who come through.
#[derive(Clone, Copy, PartialEq)]
enum State {
    Open,
    /// Nothing gets through, and nobody is told: as where a cable is pulled.
    Held,
    /// Whoever is through is cut off, and whoever comes is turned away.
    Shut,
}

/// A way to a server that can be cut, and be there again, at the same address. Dropped, it is gone.
pub struct Gate {
    pub addr: SocketAddr,
    state: watch::Sender<State>,
    accepting: JoinHandle<()>,
}

impl Gate {
    pub async fn to(server: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (addr, state) = (listener.local_addr().unwrap(), watch::Sender::new(State::Open));
        let seen = state.subscribe();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                if *seen.borrow() != State::Shut {
                    tokio::spawn(pass(stream, server, seen.clone()));
                }
            }
        });
        Self { addr, state, accepting }
    }

    pub fn hold(&self) {
        self.state.send_replace(State::Held);
    }

    pub fn shut(&self) {
        self.state.send_replace(State::Shut);
    }

    pub fn open(&self) {
        self.state.send_replace(State::Open);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.shut();
        self.accepting.abort();
    }
}

async fn pass(mut here: TcpStream, server: SocketAddr, mut state: watch::Receiver<State>) {
    let Ok(mut there) = TcpStream::connect(server).await else { return };
    let mut copying = pin!(copy_bidirectional(&mut here, &mut there));
    loop {
        let now = *state.borrow_and_update();
        let gone = match now {
            State::Shut => return,
            State::Held => state.changed().await.is_err(),
            State::Open => tokio::select! {
                _ = &mut copying => return,
                changed = state.changed() => changed.is_err(),
            },
        };
        if gone {
            return;
        }
    }
}
