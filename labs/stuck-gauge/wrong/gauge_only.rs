//! A guard for the gauge, which is what the alarm was about. The log still has only those who stayed.
use crate::*;

pub(crate) struct App;

// ANCHOR: meter
impl Answers for App {
    async fn handle(meter: &Meter, call: Call) -> Status {
        let begun = Instant::now();
        meter.enter();
        let _leaves = guard((), |()| meter.leave());
        let status = call.work().await;
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
        let _leaves = guard((), |()| meter.leave());
        call.work().await
    }
}
// ANCHOR_END: door
