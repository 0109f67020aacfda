//! The body is read first, so the client's goodbye is next in line.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let rows = Bytes::from_request(request, &()).await?;
        let checked = work.check().await;
        Ok(format!("{} bytes imported, {checked}", rows.len()))
    }
}
