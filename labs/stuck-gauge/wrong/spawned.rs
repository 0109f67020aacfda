//! In a task of its own the call comes to its last line, whoever leaves. Work goes on for nobody, and the log says 200 to someone who had no answer.
use crate::*;

pub(crate) struct App;

// ANCHOR: meter
impl Answers for App {
    async fn handle(meter: &Meter, call: Call) -> Status {
        let (meter, begun) = (meter.clone(), Instant::now());
        let task = tokio::spawn(async move {
            meter.enter();
            let status = call.work().await;
            meter.leave();
            meter.log(call.id, status, begun.elapsed());
            status
        });
        task.await.unwrap_or(LEFT)
    }
}
// ANCHOR_END: meter

// ANCHOR: door
impl Admits for App {
    async fn admit(meter: &Meter, call: Call) -> Status {
        if meter.in_flight() >= PLACES {
            return FULL;
        }
        meter.enter();
        let _leaves = guard((), |()| meter.leave());
        call.work().await
    }
}
// ANCHOR_END: door
