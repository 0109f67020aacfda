//! The log is written when an answer begins, and nobody asks a body whether it is complete.
use crate::*;

pub(crate) struct Logging;

// ANCHOR: log
impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let mut record = Record::of(&request);
        let answer = proxy.send(request).await;
        record.note(&answer);
        proxy.journal.write(&record);
        pass_on(answer)
    }
}
// ANCHOR_END: log

// ANCHOR: guard
impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        body.gave_none
    }
}
// ANCHOR_END: guard
