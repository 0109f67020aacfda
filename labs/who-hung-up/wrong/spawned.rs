//! (`log`) A task is not dropped with the handler, so its line of log is reached. It is reached when the upstream answers a
//! client who left long ago, and tells how the upstream did.
use crate::*;

pub(crate) struct Logging;

impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        let proxy = proxy.clone();
        let sending = tokio::spawn(async move {
            let mut record = Record::of(&request);
            let answer = proxy.send(request).await;
            record.note(&answer);
            proxy.journal.write(&record);
            answer
        });
        sending.await.map_or_else(|_| StatusCode::BAD_GATEWAY.into_response(), pass_on)
    }
}

impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        fixed::Logging::is_whole(body)
    }
}
