//! The guard is bound to `_`, and so to nothing: it is dropped before the work begins. The gauge no longer rises at all.
#![expect(
    let_underscore_drop,
    clippy::let_underscore_must_use,
    reason = "this is what is wrong here"
)]
use crate::*;

pub(crate) struct App;

// ANCHOR: meter
impl Answers for App {
    async fn handle(meter: &Meter, call: Call) -> Status {
        let begun = Instant::now();
        meter.enter();
        let _ = guard((), |()| meter.leave());
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
        let _ = guard((), |()| meter.leave());
        call.work().await
    }
}
// ANCHOR_END: door
