use std::{fs, io, net::SocketAddr};

/// The kernel's own list of TCP sockets around one port, by state. Linux only (`/proc/net/tcp`).
///
/// The list is not one moment: a socket that changes while it is read can show an old state beside a new one. Wait for a count
/// that stays, and do not compare the two ends of one connection.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sockets {
    /// The end that has the port.
    pub server: Vec<&'static str>,
    /// The end that connected to it.
    pub client: Vec<&'static str>,
}

/// In the kernel's numbering, from 1.
const STATES: [&str; 11] = [
    "ESTABLISHED",
    "SYN_SENT",
    "SYN_RECV",
    "FIN_WAIT1",
    "FIN_WAIT2",
    "TIME_WAIT",
    "CLOSE",
    "CLOSE_WAIT",
    "LAST_ACK",
    "LISTEN",
    "CLOSING",
];

/// Takes the census of a server's port on the loopback.
pub fn sockets(server: SocketAddr) -> io::Result<Sockets> {
    let mut seen = Sockets::default();
    for line in fs::read_to_string("/proc/net/tcp")?.lines().skip(1) {
        if let Some(row) = row(line).filter(|row| row.state != "LISTEN") {
            if row.local == server.port() {
                seen.server.push(row.state);
            }
            if row.remote == server.port() {
                seen.client.push(row.state);
            }
        }
    }
    Ok(seen)
}

impl Sockets {
    /// Clients' ends that are open: neither closing nor closed.
    pub fn client_established(&self) -> usize {
        self.client.iter().filter(|s| **s == "ESTABLISHED").count()
    }
}

/// One socket: the ports of its ends, and its state.
#[derive(Debug, PartialEq)]
struct Row {
    local: u16,
    remote: u16,
    state: &'static str,
}

fn row(line: &str) -> Option<Row> {
    let mut fields = line.split_whitespace().skip(1);
    let mut port = || u16::from_str_radix(fields.next()?.split(':').nth(1)?, 16).ok();
    let (local, remote) = (port()?, port()?);
    let state = usize::from_str_radix(fields.next()?, 16).ok()?;
    Some(Row { local, remote, state: STATES.get(state.checked_sub(1)?)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_of_the_kernels_table_is_read() {
        let line =
            "   0: 0100007F:1F90 0100007F:C350 01 00000000:000001F4 00:00000000 00000000 0 0 1 1";
        let want = Row { local: 8080, remote: 50000, state: "ESTABLISHED" };
        assert_eq!(row(line), Some(want));
        assert_eq!(row("nonsense"), None);
    }

    #[tokio::test]
    async fn both_ends_of_an_open_connection_are_counted() {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let addr = listener.local_addr().unwrap();
        let client = tokio::net::TcpStream::connect(addr).await.unwrap();
        let (server, _) = listener.accept().await.unwrap();
        let seen = sockets(addr).unwrap();
        assert_eq!((seen.client_established(), seen.server.len()), (1, 1));
        drop((client, server));
    }
}
