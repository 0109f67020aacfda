//! Close the connection after an error. A drop is none: no line of this function runs after it.
use crate::*;

pub(crate) struct Connection {
    wire: Framed<TcpStream, LinesCodec>,
    is_broken: bool,
}

impl Talks for Connection {
    fn new(wire: TcpStream) -> Self {
        Self { wire: Framed::new(wire, LinesCodec::new()), is_broken: false }
    }

    async fn ask(&mut self, command: String) -> Result<String> {
        let answer = async {
            self.wire.send(command).await?;
            let answer = self.wire.next().await;
            Ok(answer.context("the cache has hung up")??)
        };
        let answer = answer.await;
        self.is_broken = answer.is_err();
        answer
    }

    /// Whether it may go back to the pool.
    fn is_clean(&self) -> bool {
        !self.is_broken
    }
}
