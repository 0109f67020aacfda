//! The half-read line lives in the future, and dies with it.
use crate::*;

pub(crate) struct Reader {
    peer: Pipe,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer }
    }

    async fn next(&mut self) -> Option<String> {
        let mut line = String::new();
        while !line.ends_with('\n') {
            let byte = self.peer.read_u8().await.ok()?;
            line.push(char::from(byte));
        }
        Some(line)
    }
}
