//! The token is looked at before the work, and the entry goes with the call. Nobody cancels what has not begun.
use crate::*;

pub(crate) struct App;

// ANCHOR: registry
impl Runs for App {
    async fn run(name: &str, job: Job, calls: &Registry) -> Outcome<Answer> {
        let stop = calls.enter(name);
        let _leaves = calls.leave_on_drop(name);
        if stop.is_cancelled() {
            return Err(by_operator());
        }
        Ok(job.run().await)
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
        asks.take();
        Ok(())
    }
}
// ANCHOR_END: half
