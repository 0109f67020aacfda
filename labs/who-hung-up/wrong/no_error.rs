//! (`guard`) A body that gave no error is complete. So is then one whose client left in the middle: it gave no error,
//! because nobody asked it any more.
use crate::*;

pub(crate) struct Logging;

impl Logs for Logging {
    async fn log(proxy: &Proxy, request: Request) -> Response {
        fixed::Logging::log(proxy, request).await
    }
}

impl Knows for Logging {
    fn is_whole(body: &Passed) -> bool {
        body.record.cause.is_none()
    }
}
