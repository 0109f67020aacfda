//! What is kept of a run over a reload of the page: enough to show all of it again, and to go on where it was.

use crate::browser::store::{self, Store};
use labkit_wire::text::{split, whole};

const SESSION: Store = Store::Session;
/// How many bytes of output are kept; the oldest go first.
const BYTES_MAX: usize = 1 << 20;

#[derive(Debug, Default, Clone, PartialEq)]
pub struct Kept {
    pub id: String,
    pub socket: String,
    pub lab: String,
    pub variant: String,
    /// The offset behind the last byte.
    pub until: u64,
    /// How it ended, as the server said it; empty while it runs.
    pub exit: String,
    /// The bytes before `until`, as the server sent them; apart from the rest, for they are many.
    pub bytes: Vec<u8>,
}

impl Kept {
    pub fn push(&mut self, bytes: &[u8]) {
        self.until += bytes.len() as u64;
        self.bytes.extend_from_slice(bytes);
        // Cut rarely: moving a megabyte for every frame would be slow.
        if self.bytes.len() > 2 * BYTES_MAX {
            self.bytes.drain(..self.bytes.len() - BYTES_MAX);
        }
    }

    /// Bytes up to this offset are not to be had; what is before them is not shown again.
    pub fn skip(&mut self, to: u64) {
        self.until = to;
        self.bytes.clear();
    }

    /// All but the bytes, a line each.
    fn head(&self, until: u64) -> String {
        let Self { id, socket, lab, variant, exit, .. } = self;
        format!("{id}\n{socket}\n{lab}\n{variant}\n{until}\n{exit}")
    }

    fn read(head: &str) -> Option<Self> {
        let lines: Vec<String> = split(head, '\n').into_iter().map(str::to_owned).collect();
        let [id, socket, lab, variant, until, exit] = <[String; 6]>::try_from(lines).ok()?;
        let until = whole(&until)?;
        Some(Self { id, socket, lab, variant, until, exit, bytes: vec![] })
    }

    pub fn save(&self, key: &str) {
        let from = self.bytes.len().saturating_sub(BYTES_MAX);
        // Where there is no room for the bytes, the server is asked for all it still has.
        let bytes = latin(&self.bytes[from..]);
        let whole = store::write(SESSION, &bytes_key(key), &bytes);
        let until = if whole { self.until } else { 0 };
        let head = self.head(until);
        if !whole {
            store::remove(&bytes_key(key));
        }
        if !store::write(SESSION, key, &head) {
            Self::forget(key);
        }
    }

    pub fn load(key: &str) -> Option<Self> {
        let mut kept = Self::read(&store::read(SESSION, key)?)?;
        kept.bytes = bytes(&store::read(SESSION, &bytes_key(key)).unwrap_or_default());
        (kept.until >= kept.bytes.len() as u64).then_some(kept)
    }

    pub fn forget(key: &str) {
        store::remove(key);
        store::remove(&bytes_key(key));
    }
}

fn bytes_key(key: &str) -> String {
    format!("{key} bytes")
}

/// Storage holds text: one character a byte.
fn latin(bytes: &[u8]) -> String {
    let mut latin = String::new();
    bytes.iter().for_each(|b| latin.push(char::from(*b)));
    latin
}

fn bytes(latin: &str) -> Vec<u8> {
    let mut bytes = vec![];
    latin.chars().for_each(|c| bytes.push(c as u8));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_bytes_survive_storage() {
        let all: Vec<u8> = (0..=255).collect();
        assert_eq!(bytes(&latin(&all)), all);
    }

    #[test]
    fn what_was_written_is_read() {
        for exit in ["", r#"{"type":"exit","code":10}"#] {
            let (id, lab, exit) = ("7".into(), "a".into(), exit.into());
            let kept = Kept { id, lab, until: 9, exit, ..Kept::default() };
            assert_eq!(Kept::read(&kept.head(9)), Some(kept));
        }
    }

    #[test]
    fn offsets_stay_true_when_the_oldest_bytes_go() {
        let mut kept = Kept::default();
        for i in 0..100u32 {
            kept.push(&[i as u8; 50_000]);
        }
        assert_eq!(kept.until, 5_000_000);
        assert!(kept.bytes.len() >= BYTES_MAX && kept.bytes.len() <= 2 * BYTES_MAX);
        let from = kept.until - kept.bytes.len() as u64;
        assert_eq!(kept.bytes[0], (from / 50_000) as u8);
        kept.skip(6_000_000);
        kept.push(b"x");
        assert_eq!((kept.bytes.as_slice(), kept.until), (&b"x"[..], 6_000_001));
    }
}
