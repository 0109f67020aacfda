//! To wait is cancel-safe here: `fill_buf` takes nothing out. So wait first, and read when there is something to read. But
//! that something is a byte, and a line takes more than one.
use crate::*;
use tokio::io::{AsyncBufReadExt, BufReader};

pub(crate) struct Reader {
    peer: BufReader<Pipe>,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer: BufReader::new(peer) }
    }

    async fn next(&mut self) -> Option<String> {
        self.peer.fill_buf().await.ok()?;
        let mut line = String::new();
        let read = self.peer.read_line(&mut line).await.ok()?;
        (read > 0).then_some(line)
    }
}
