use crate::{Calls, CallsClient, CallsServer, Served, client::endpoint, serve_with};
use labkit::{Lane, witness::Tap};
use std::net::SocketAddr;
use tonic::transport::{Channel, Endpoint, Server, server::Router};

/// A server, a client that is connected to it, and a tap between them that tells each frame of a stream.
///
/// The connection lasts as long as this does, whatever becomes of the client's clones, and ends untold: so that nothing is told
/// after a lab's last check.
pub struct Line {
    // Dropped first: what the client says at its end is seen by nobody.
    tap: Tap,
    channel: Channel,
    served: Served,
}

impl Line {
    /// Serves `calls`. `wire` is the lane of the frames.
    pub async fn open<T: Calls>(calls: T, wire: Lane) -> anyhow::Result<Self> {
        let router = Server::builder().add_service(CallsServer::new(calls));
        Self::open_with(router, |endpoint| endpoint, wire).await
    }

    /// Serves what was built with settings of its own, for a client with what `set` sets.
    pub async fn open_with(
        router: Router,
        set: impl FnOnce(Endpoint) -> Endpoint,
        wire: Lane,
    ) -> anyhow::Result<Self> {
        let served = serve_with(router).await?;
        let tap = Tap::told(served.addr(), wire).await?;
        let channel = set(endpoint(tap.addr())).connect().await?;
        Ok(Self { tap, channel, served })
    }

    /// The client; one more of it each time.
    pub fn calls(&self) -> CallsClient<Channel> {
        CallsClient::new(self.channel())
    }

    /// The client's end, for a client with something in front of it.
    pub fn channel(&self) -> Channel {
        self.channel.clone()
    }

    pub fn tap(&self) -> &Tap {
        &self.tap
    }

    /// The server's own address, for who is not to be seen.
    pub fn server(&self) -> SocketAddr {
        self.served.addr()
    }
}
