//! Connect again whenever the connection ends. It does not end.
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
            while let Some(number) = news.next().await? {
                board.show(number);
                seen = number;
            }
        }
    }
}
// ANCHOR_END: balancer
