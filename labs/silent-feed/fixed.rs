//! What was missed is made up for: by a new beginning, or by asking again after a silence.
use crate::*;

pub(crate) struct App;

// ANCHOR: channel
impl Counts for App {
    async fn follow(feed: &Feed, board: &Board) {
        let mut changes = feed.join(board);
        loop {
            match changes.recv().await {
                Ok(change) => board.apply(change).await,
                Err(RecvError::Lagged(_)) => changes = feed.join(board),
                Err(RecvError::Closed) => return,
            }
        }
    }
}
// ANCHOR_END: channel

// ANCHOR: balancer
impl Listens for App {
    async fn listen(feed: &Remote, board: &Board) -> io::Result<()> {
        let mut seen = 0;
        loop {
            let mut news = feed.connect(seen);
            while let Ok(next) = timeout(ms(150_000), news.next()).await {
                let Some(number) = next? else { break };
                board.show(number);
                seen = number;
            }
        }
    }
}
// ANCHOR_END: balancer
