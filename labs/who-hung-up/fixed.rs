//! The record writes itself when the request is over, however it ends, and a body is asked whether it is complete.
use crate::*;

pub(crate) struct Logging;

// ANCHOR: log
impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let mut record = proxy.journal.guard(Record::of(&request));
        let answer = proxy.send(request).await;
        record.note(&answer);
        pass_on(answer).map(|body| proxy.observe(body, record))
    }
}

impl Journal {
    /// Makes a record write itself when it is dropped: with the handler, or with the body.
    pub(crate) fn guard(self: &Arc<Self>, mut record: Record) -> Record {
        record.writes_to = Some(self.clone());
        record
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if let Some(journal) = self.writes_to.take() {
            // Whoever else ends a request says so before. A client just goes.
            self.cause.get_or_insert(Cause::ClientLeft);
            journal.write(self);
        }
    }
}

impl Drop for Passed {
    fn drop(&mut self) {
        if self.record.cause.is_none() && (self.is_whole)(self) {
            (self.record.stage, self.record.cause) = (Stage::Done, Some(Cause::Complete));
        }
    }
}
// ANCHOR_END: log

// ANCHOR: guard
impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        body.gave_none || body.inner.is_end_stream()
    }
}
// ANCHOR_END: guard
