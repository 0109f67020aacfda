//! An answer is owed from the first byte of a command on. A connection that owes one is closed.
use crate::*;

pub(crate) struct Connection {
    wire: Framed<TcpStream, LinesCodec>,
    is_owed: bool,
}

impl Talks for Connection {
    fn new(wire: TcpStream) -> Self {
        Self { wire: Framed::new(wire, LinesCodec::new()), is_owed: false }
    }

    async fn ask(&mut self, command: String) -> Result<String> {
        self.is_owed = true;
        self.wire.send(command).await?;
        let answer = self.wire.next().await;
        self.is_owed = false;
        Ok(answer.context("the cache has hung up")??)
    }

    /// Whether it may go back to the pool.
    fn is_clean(&self) -> bool {
        !self.is_owed
    }
}
