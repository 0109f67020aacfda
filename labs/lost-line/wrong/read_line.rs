//! The text is kept in the reader, so what was read should be too. `read_line` takes it into its future for as long as it
//! reads, and is dropped with it.
use crate::*;
use tokio::io::{AsyncBufReadExt, BufReader};

pub(crate) struct Reader {
    peer: BufReader<Pipe>,
    line: String,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer: BufReader::new(peer), line: String::new() }
    }

    async fn next(&mut self) -> Option<String> {
        let read = self.peer.read_line(&mut self.line).await.ok()?;
        (read > 0).then(|| take(&mut self.line))
    }
}
