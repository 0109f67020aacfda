use axum::extract::Extension;
use std::net::SocketAddr;

/// Who is at the other end of the connection.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub SocketAddr);

/// The peer of a request, as the accept loop put it there.
pub type PeerOf = Extension<Peer>;
