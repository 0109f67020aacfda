//! The token is awaited, the entry is taken out at the end. A caller who leaves never comes to that end.
use crate::*;

pub(crate) struct App;

// ANCHOR: registry
impl Runs for App {
    async fn run(name: &str, job: Job, calls: &Registry) -> Outcome<Answer> {
        let stop = calls.enter(name);
        let answer = select! {
            biased;
            () = stop.cancelled() => Err(by_operator()),
            answer = job.run() => Ok(answer),
        };
        calls.leave(name);
        answer
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
