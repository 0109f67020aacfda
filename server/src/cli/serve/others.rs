//! What it means that other machines may come, said at the start.

use super::line;
use crate::http::Code;
use std::net::{IpAddr, SocketAddr, UdpSocket};

pub fn invite(addr: SocketAddr, code: &Code) {
    let typed = percent_encoding::utf8_percent_encode(
        &code.to_string(),
        percent_encoding::NON_ALPHANUMERIC,
    )
    .to_string();
    eprintln!(
        "warning: whoever has the code may run these labs on this machine, as you, within the limits you set.\n\
         warning: HTTP is not encrypted: who listens in on the network can read the code. Serve others only on a network \
         you trust, or behind a proxy that speaks HTTPS.\n\
         note: nobody's own variant (`mine`) is built while others may come."
    );
    line(&format!("The join code is {code}"));
    line(&format!("Others join at http://{}/join?code={typed}", reachable(addr)));
}

/// Where others find us, as far as we can tell: an address of this machine, where we listen on all of them.
pub fn reachable(addr: SocketAddr) -> SocketAddr {
    let ip = if addr.ip().is_unspecified() { own(addr.ip()) } else { None };
    SocketAddr::new(ip.unwrap_or(addr.ip()), addr.port())
}

/// The address under which we would reach another network. Nothing is sent: these are addresses of documentation.
fn own(any: IpAddr) -> Option<IpAddr> {
    let far = if any.is_ipv4() { "192.0.2.1:9" } else { "[2001:db8::1]:9" };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(far).ok()?;
    socket.local_addr().ok().map(|own| own.ip())
}
