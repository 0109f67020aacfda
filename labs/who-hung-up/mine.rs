//! Yours: start from the bug.
use crate::*;

pub(crate) struct Logging;

impl Access for Logging {
    // ANCHOR: log
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let mut record = Record::of(&request);
        let answer = proxy.send(request).await;
        record.note(&answer);
        proxy.journal.write(&record);
        pass_on(answer)
    }
    // ANCHOR_END: log

    // ANCHOR: guard
    fn is_whole(body: &Passed) -> bool {
        body.gave_none
    }
    // ANCHOR_END: guard
}
