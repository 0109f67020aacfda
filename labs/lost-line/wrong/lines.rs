//! `next_line` is cancel-safe: it keeps the half-read line in `Lines`. Here `Lines` itself is a local variable, and dies
//! with the future, its buffer with it.
use crate::*;
use tokio::io::{AsyncBufReadExt, BufReader};

pub(crate) struct Reader {
    peer: Pipe,
}

impl Lines for Reader {
    fn new(peer: Pipe) -> Self {
        Self { peer }
    }

    async fn next(&mut self) -> Option<String> {
        let mut lines = BufReader::new(&mut self.peer).lines();
        let line = lines.next_line().await.ok()??;
        Some(line + "\n")
    }
}
