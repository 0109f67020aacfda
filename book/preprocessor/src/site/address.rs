//! Where readers will find a site.

use anyhow::{Result, bail};
use std::str::FromStr;

/// Such as `https://example.org/still-running/`: whole, and with the slash at its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(typed: &str) -> Result<Self> {
        let rest = ["https://", "http://"].iter().find_map(|scheme| typed.strip_prefix(scheme));
        let host = rest.unwrap_or_default().split('/').next().unwrap_or_default();
        if host.is_empty() || typed.contains(['?', '#', '"', '<', '>', ' ']) {
            bail!(
                "{typed:?} is no address of a site; write it whole, such as https://example.org/still-running/"
            );
        }
        Ok(Self(format!("{}/", typed.trim_end_matches('/'))))
    }
}

impl Address {
    /// The whole address of a file of the site.
    pub(crate) fn of(&self, file: &str) -> String {
        format!("{}{file}", self.0)
    }

    /// Its path on its host, such as `/still-running/`.
    pub(crate) fn path(&self) -> &str {
        let host = self.0.find("://").map_or(0, |at| at + 3);
        self.0[host..].find('/').map_or("/", |slash| &self.0[host + slash..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_ends_with_a_slash_however_it_is_typed() {
        for typed in ["https://a.example/b", "https://a.example/b/", "https://a.example/b//"] {
            let address: Address = typed.parse().unwrap();
            assert_eq!(address.of("x.png"), "https://a.example/b/x.png");
            assert_eq!(address.path(), "/b/");
        }
        assert_eq!("http://a.example".parse::<Address>().unwrap().path(), "/");
    }

    #[test]
    fn what_is_no_whole_address_is_refused() {
        for typed in
            ["", "a.example", "/b/", "ftp://a.example/", "https://", "https://a.example/?x"]
        {
            let why = typed.parse::<Address>().unwrap_err().to_string();
            assert!(why.contains("write it whole"), "{typed}: {why}");
        }
    }
}
