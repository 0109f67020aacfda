//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: channel
impl Counts for App {
    async fn follow(feed: &Feed, board: &Board) {
        let mut changes = feed.join(board);
        while let Ok(change) = changes.recv().await {
            board.apply(change).await;
        }
    }
}
// ANCHOR_END: channel

// ANCHOR: balancer
impl Listens for App {
    async fn listen(feed: &Remote, board: &Board) -> io::Result<()> {
        let mut news = feed.connect(0);
        while let Some(number) = news.next().await? {
            board.show(number);
        }
        Ok(())
    }
}
// ANCHOR_END: balancer
