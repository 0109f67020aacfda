//! The line has a field, and is put back there when it is not complete. But it is taken out before the await, not after:
//! while the future waits, the line is in the future.
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
        loop {
            let mut line = take(&mut self.line);
            let byte = self.peer.read_u8().await.ok()?;
            line.push(char::from(byte));
            if line.ends_with('\n') {
                return Some(line);
            }
            self.line = line;
        }
    }
}
