//! What is in use elsewhere: each way keeps answers apart, and each has its price.

use crate::*;
use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

// ANCHOR: ways
/// What is owed is counted, and read away first.
pub(crate) struct ReadAway {
    wire: Framed<TcpStream, LinesCodec>,
    owed: usize,
}

impl Talks for ReadAway {
    fn new(wire: TcpStream) -> Self {
        Self { wire: Framed::new(wire, LinesCodec::new()), owed: 0 }
    }

    async fn ask(&mut self, command: String) -> Result<String> {
        self.wire.feed(command).await?;
        // From here on it will be sent, whoever sends it: by this flush, or with the next command.
        self.owed += 1;
        SinkExt::<String>::flush(&mut self.wire).await?;
        loop {
            let answer = self.wire.next().await.context("the cache has hung up")??;
            self.owed -= 1;
            if self.owed == 0 {
                return Ok(answer);
            }
        }
    }

    fn is_clean(&self) -> bool {
        true
    }
}

/// One task owns the connection. Who leaves has given up an answer, and nothing else.
pub(crate) struct Owner {
    commands: mpsc::Sender<(String, oneshot::Sender<String>)>,
    _task: AbortOnDropHandle<Result>,
}

impl Talks for Owner {
    fn new(wire: TcpStream) -> Self {
        let (commands, mut asked) = mpsc::channel::<(String, oneshot::Sender<String>)>(8);
        let mut wire = Framed::new(wire, LinesCodec::new());
        let task = tokio::spawn(async move {
            while let Some((command, asker)) = asked.recv().await {
                wire.send(command).await?;
                let answer = wire.next().await.context("the cache has hung up")??;
                // It fails where the asker has left.
                asker.send(answer).unwrap_or_default();
            }
            Ok(())
        });
        Self { commands, _task: AbortOnDropHandle::new(task) }
    }

    async fn ask(&mut self, command: String) -> Result<String> {
        let (asker, answer) = oneshot::channel();
        self.commands.send((command, asker)).await?;
        Ok(answer.await?)
    }

    fn is_clean(&self) -> bool {
        true
    }
}
// ANCHOR_END: ways
