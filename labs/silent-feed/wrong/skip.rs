//! Lagging is not the end, so one goes on. But what was missed is missing: each change counts.
use crate::*;

pub(crate) struct App;

// ANCHOR: channel
impl Counts for App {
    async fn follow(feed: &Feed, board: &Board) {
        let mut changes = feed.join(board);
        loop {
            match changes.recv().await {
                Ok(change) => board.apply(change).await,
                Err(RecvError::Lagged(_)) => {}
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
