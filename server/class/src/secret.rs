use sha2::{Digest, Sha256};
use std::fmt;
use subtle::ConstantTimeEq;

/// Something long and random that lets somebody in: so it may be tried as often as one likes.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub fn random() -> Self {
        let mut random = [0; 32];
        getrandom::fill(&mut random).expect("the system has random numbers");
        Self(hex(&random))
    }

    /// One that somebody sent, if it looks like one of ours.
    pub fn sent(text: &str) -> Option<Self> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        (text.len() == 64 && text.bytes().all(hex)).then(|| Self::of(text))
    }

    pub(crate) fn of(text: &str) -> Self {
        Self(text.to_owned())
    }

    /// Another one, which is always the same for this and a purpose, and from which this is not to be had.
    pub(crate) fn derive(&self, purpose: &str) -> Self {
        Self(hex(&Sha256::digest(format!("{}|{purpose}", self.0))))
    }

    /// What is kept of it.
    pub(crate) fn digest(text: &str) -> String {
        hex(&Sha256::digest(text))
    }

    /// Takes as long for one that is nearly right as for any other.
    pub fn is(&self, typed: &str) -> bool {
        self.0.as_bytes().ct_eq(typed.as_bytes()).into()
    }

    pub fn text(&self) -> &str {
        &self.0
    }
}

/// A log is no place for it.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A random number, for what need not be secret.
pub(crate) fn number() -> u64 {
    getrandom::u64().expect("the system has random numbers")
}
