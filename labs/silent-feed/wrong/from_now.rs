//! Connect again after a silence, for what comes from now on. What came during the silence is lost.
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
        loop {
            let mut news = feed.connect(feed.published());
            while let Ok(next) = timeout(ms(150_000), news.next()).await {
                let Some(number) = next? else { break };
                board.show(number);
            }
        }
    }
}
// ANCHOR_END: balancer
