//! (`log`) The record writes itself when the handler is dropped, and is closed as complete when the handler is done. That
//! is when the headers are sent. All that ends a body comes later.
use crate::*;

pub(crate) struct Logging;

impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let mut record = proxy.journal.guard(Record::of(&request));
        let answer = proxy.send(request).await;
        record.note(&answer);
        if answer.is_ok() {
            (record.stage, record.cause) = (Stage::Done, Some(Cause::Complete));
        }
        pass_on(answer)
    }
}

impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        fixed::Logging::is_whole(body)
    }
}
