//! Addresses and names as they are typed.

use http::uri::Authority;
use std::net::SocketAddr;

/// Where to listen. `localhost` is the loopback address, whatever a resolver says.
pub fn address(typed: &str) -> Result<SocketAddr, String> {
    let typed = match typed.split_once(':') {
        Some(("localhost", port)) => format!("127.0.0.1:{port}"),
        _ => typed.to_owned(),
    };
    let why = "an address and a port are wanted, such as 127.0.0.1:8008, or 0.0.0.0:8008 for all of this machine's";
    typed.parse().map_err(|_| why.to_owned())
}

/// A name that browsers may say they came by: one, whole, and without a port, for any port is good.
pub fn host(typed: &str) -> Result<String, String> {
    let one: Option<Authority> = typed.parse().ok();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._[:]".contains(&b);
    match one {
        Some(name) if name.host() == typed && typed.bytes().all(plain) => Ok(typed.to_owned()),
        _ => {
            Err("one name is wanted, without a port, such as class.example. There is no sign for \
                  all names: any page of the web could then start runs here"
                .to_owned())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_this_machine_with_a_port() {
        for good in ["127.0.0.1:0", "0.0.0.0:80", "[::1]:8008", "localhost:8008"] {
            assert!(address(good).is_ok(), "{good}");
        }
        for bad in
            ["", "localhost", "8008", "127.0.0.1", "class.example:80", "localhost:x", "::1:80"]
        {
            assert!(address(bad).unwrap_err().contains("127.0.0.1:8008"), "{bad}");
        }
    }

    #[test]
    fn a_name_is_one_name() {
        for good in ["class.example", "my-laptop", "192.168.1.2", "[::1]", "a_b.local"] {
            assert_eq!(host(good).as_deref(), Ok(good));
        }
        for bad in
            ["", "*", "*.example", "a b", "a,b", "class.example:80", "http://a", "u@a", "a/b"]
        {
            assert!(host(bad).unwrap_err().contains("class.example"), "{bad}");
        }
    }
}
