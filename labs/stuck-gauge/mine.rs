//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: meter
impl Answers for App {
    async fn handle(meter: &Meter, call: Call) -> Status {
        let begun = Instant::now();
        meter.enter();
        let status = call.work().await;
        meter.leave();
        meter.log(call.id, status, begun.elapsed());
        status
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
        let status = call.work().await;
        meter.leave();
        status
    }
}
// ANCHOR_END: door
