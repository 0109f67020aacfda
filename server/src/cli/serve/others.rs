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

/// What to type for a server as this one, which others may come to and which has a class. `typed`: how this one was started.
pub fn command(typed: impl IntoIterator<Item = String>, port: u16) -> String {
    let mut typed = typed.into_iter();
    let mut kept: Vec<String> = vec![];
    while let Some(word) = typed.next() {
        match word.as_str() {
            "--addr" => drop(typed.next()),
            "--class" | "--allow-remote" => {}
            word if word.starts_with("--addr=") => {}
            word => kept.push(quoted(word)),
        }
    }
    format!("{} --class --allow-remote --addr 0.0.0.0:{port}", kept.join(" "))
}

/// As a shell takes it for one word.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:=,@%+".contains(c);
    match word.chars().all(plain) && !word.is_empty() {
        true => word.to_owned(),
        false => format!("'{}'", word.replace('\'', "'\\''")),
    }
}

/// The address under which we would reach another network. Nothing is sent: these are addresses of documentation.
fn own(any: IpAddr) -> Option<IpAddr> {
    let far = if any.is_ipv4() { "192.0.2.1:9" } else { "[2001:db8::1]:9" };
    let socket = UdpSocket::bind((any, 0)).ok()?;
    socket.connect(far).ok()?;
    socket.local_addr().ok().map(|own| own.ip())
}

#[cfg(test)]
mod tests {
    use super::command;

    #[test]
    fn the_same_server_is_started_for_others_with_what_was_typed_before() {
        let typed = ["still-running", "serve", "--addr", "127.0.0.1:0", "--site", "my book"];
        let told = command(typed.map(str::to_owned), 8008);
        let same = "still-running serve --site 'my book'";
        assert_eq!(told, format!("{same} --class --allow-remote --addr 0.0.0.0:8008"));
        let again = ["x", "serve", "--class", "--addr=127.0.0.1:1", "--class-file", "it's"];
        let told = command(again.map(str::to_owned), 1);
        let same = r"x serve --class-file 'it'\''s'";
        assert_eq!(told, format!("{same} --class --allow-remote --addr 0.0.0.0:1"));
    }
}
