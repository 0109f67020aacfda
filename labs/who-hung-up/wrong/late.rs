//! (`log`) The record goes with the body, to its last frame. But it is armed only when there is an answer. Who leaves
//! before that leaves no line.
use crate::*;

pub(crate) struct Logging;

impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let record = Record::of(&request);
        let answer = proxy.send(request).await;
        let mut record = proxy.journal.guard(record);
        record.note(&answer);
        pass_on(answer).map(|body| proxy.observe(body, record))
    }
}

impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        fixed::Logging::is_whole(body)
    }
}
