//! What has to be done at the end is done by a drop, for that is the one end there always is.
use crate::*;

pub(crate) struct App;

// ANCHOR: meter
impl Answers for App {
    async fn handle(meter: &Meter, call: Call) -> Status {
        let begun = Instant::now();
        meter.enter();
        let mut status = guard(LEFT, |status| {
            meter.leave();
            meter.log(call.id, status, begun.elapsed());
        });
        *status = call.work().await;
        *status
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
