//! The half-read line lives in the reader, and outlives the future.
use crate::*;

pub(crate) struct Reader {
    peer: Pipe,
    line: String,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer, line: String::new() }
    }

    async fn next(&mut self) -> Option<String> {
        let line = &mut self.line;
        while !line.ends_with('\n') {
            let byte = self.peer.read_u8().await.ok()?;
            line.push(char::from(byte));
        }
        Some(take(line))
    }
}
