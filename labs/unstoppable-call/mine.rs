//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: registry
impl Runs for App {
    async fn run(name: &str, job: Job, calls: &Registry) -> Outcome<Answer> {
        let stop = calls.enter(name);
        let answer = job.run().await;
        calls.leave(name);
        if stop.is_cancelled() {
            return Err(by_operator());
        }
        Ok(answer)
    }
}
// ANCHOR_END: registry

// ANCHOR: half
impl Hears for App {
    async fn hear(mut calls: Client, asks: &mut Option<mpsc::Sender<Ask>>, enough: u32) -> Outcome {
        let (sender, source) = mpsc::channel(4);
        *asks = Some(sender);
        let mut prices = calls.bidi(ReceiverStream::new(source)).await?.into_inner();
        while let Some(price) = prices.message().await? {
            if price.number == enough {
                break;
            }
        }
        Ok(())
    }
}
// ANCHOR_END: half
