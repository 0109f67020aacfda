//! The way from a lab to its PostgreSQL. Whatever ends a session passes here, so the lab learns whose doing it was.

use super::session::{End, Session};
use crate::{Lab, witness::Peer};
use parking_lot::Mutex;
use std::{
    io,
    net::{SocketAddr, ToSocketAddrs},
    sync::{
        Arc, Weak,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpStream, tcp},
};

/// Relays connections to a server. A session that neither the lab nor one of its settings ends is told to the run. Dropping it
/// ends the connections; that is the lab's own doing.
pub(super) struct Door {
    front: Peer,
    hall: Arc<Hall>,
}

/// What all connections share.
struct Hall {
    lab: Lab,
    server: SocketAddr,
    sessions: Mutex<Vec<Weak<Session>>>,
    /// What ends from here on is the lab's own doing.
    let_go: AtomicBool,
}

impl Door {
    pub(super) async fn open(lab: &Lab, server: SocketAddr) -> io::Result<Self> {
        let hall = Arc::new(Hall {
            lab: lab.clone(),
            server,
            sessions: Mutex::default(),
            let_go: AtomicBool::new(false),
        });
        let inside = hall.clone();
        let front = Peer::start(move |client, _| inside.clone().lead(client)).await?;
        Ok(Self { front, hall })
    }

    pub(super) fn addr(&self) -> SocketAddr {
        self.front.addr()
    }

    /// Sessions of that name which are there now are the lab's to end.
    pub(super) fn will_end(&self, name: &str) {
        let sessions = self.hall.sessions.lock();
        let named = sessions.iter().filter_map(Weak::upgrade).filter(|s| s.name() == name);
        named.for_each(|session| session.is_ours());
    }

    /// So are all, from here on.
    pub(super) fn let_go(&self) {
        self.hall.let_go.store(true, SeqCst);
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        // Before its connections are: a relay may be at work on another thread, and see the server go.
        self.let_go();
    }
}

impl Hall {
    async fn lead(self: Arc<Self>, client: TcpStream) {
        let Ok(server) = TcpStream::connect(self.server).await else { return };
        server.set_nodelay(true).expect("a fresh socket takes options");
        let session = Arc::new(Session::default());
        self.enter(&session);
        let (from_client, to_client) = client.into_split();
        let (from_server, to_server) = server.into_split();
        tokio::join!(
            pump(from_client, to_server, |bytes| session.asks(bytes)),
            pump(from_server, to_client, |bytes| self.judge(session.answers(bytes))),
        );
    }

    fn enter(&self, session: &Arc<Session>) {
        let mut sessions = self.sessions.lock();
        sessions.retain(|old| old.strong_count() > 0);
        sessions.push(Arc::downgrade(session));
    }

    fn judge(&self, end: Option<End>) {
        if let Some(End(why)) = end
            && !self.let_go.load(SeqCst)
        {
            self.lab.disturbed(format!("somebody else ended a session on PostgreSQL: {why}"));
        }
    }
}

/// One direction. `see` gets each piece before it is passed on, and an empty one at the end. That end is passed on by itself,
/// for one may close its half and still wait for the other's.
async fn pump(mut from: tcp::OwnedReadHalf, mut to: tcp::OwnedWriteHalf, see: impl Fn(&[u8])) {
    let mut buffer = vec![0; 16 * 1024];
    loop {
        // An error is an end, too: of a client that left what it was sent unread.
        let n = from.read(&mut buffer).await.unwrap_or(0);
        see(&buffer[..n]);
        if n == 0 || to.write_all(&buffer[..n]).await.is_err() {
            // Whoever it would be told to is gone, where this fails.
            drop(to.shutdown().await);
            return;
        }
    }
}

/// A URL of a server, taken apart around its address; `None` where the way to it leads by no door: a socket in the file system,
/// one of several servers, a certificate that must bear the server's name.
pub(super) struct Way<'a> {
    before: &'a str,
    after: &'a str,
    pub(super) to: SocketAddr,
}

impl<'a> Way<'a> {
    pub(super) fn read(url: &'a str) -> Option<Self> {
        let start = url.find("://")? + 3;
        let end = url[start..].find(['/', '?']).map_or(url.len(), |n| start + n);
        let host = url[start..end].rfind('@').map_or(start, |n| start + n + 1);
        let (address, after) = (&url[host..end], &url[end..]);
        let no_door = ["host=", "hostaddr=", "port=", "sslmode=verify"];
        if no_door.iter().any(|word| after.contains(word)) || address.contains([',', '%']) {
            return None;
        }
        let has_port = address.rsplit_once(':').is_some_and(|(_, port)| !port.ends_with(']'));
        let address = if has_port { address.to_owned() } else { format!("{address}:5432") };
        let to = address.to_socket_addrs().ok()?.next()?;
        Some(Self { before: &url[..host], after, to })
    }

    /// The same URL, by the door.
    pub(super) fn by(&self, door: SocketAddr) -> String {
        format!("{}{door}{}", self.before, self.after)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_leads_by_the_door_with_all_it_says_besides() {
        let door = SocketAddr::from(([127, 0, 0, 1], 7));
        for (url, to, by) in [
            (
                "postgres://a:b@127.0.0.1:99/c?d=e",
                "127.0.0.1:99",
                "postgres://a:b@127.0.0.1:7/c?d=e",
            ),
            ("postgresql://127.0.0.1", "127.0.0.1:5432", "postgresql://127.0.0.1:7"),
            ("postgres://a@[::1]/c", "[::1]:5432", "postgres://a@127.0.0.1:7/c"),
            ("postgres://a@[::1]:8?x", "[::1]:8", "postgres://a@127.0.0.1:7?x"),
        ] {
            let way = Way::read(url).unwrap();
            assert_eq!((way.to.to_string().as_str(), way.by(door).as_str()), (to, by), "{url}");
        }
    }

    #[test]
    fn a_url_that_leads_by_no_door_is_left_alone() {
        for url in [
            "postgres://%2Fvar%2Frun/c",
            "postgres:///c?host=/var/run",
            "postgres://127.0.0.1:1,127.0.0.1:2/c",
            "postgres://127.0.0.1/c?sslmode=verify-full",
            "no url",
        ] {
            assert!(Way::read(url).is_none(), "{url}");
        }
    }
}
