//! The record writes itself when the request is over, however it ends, and a body is asked whether it is complete.
use crate::*;

pub(crate) struct Logging;

impl Access for Logging {
    // ANCHOR: log
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let mut record = proxy.journal.guard(Record::of(&request));
        let answer = proxy.send(request).await;
        record.note(&answer);
        pass_on(answer).map(|body| proxy.observe(body, record))
    }
    // ANCHOR_END: log

    // ANCHOR: guard
    fn is_whole(body: &Passed) -> bool {
        body.gave_none || body.inner.is_end_stream()
    }
    // ANCHOR_END: guard
}
