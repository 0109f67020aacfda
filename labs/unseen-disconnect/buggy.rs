//! The body waits in the connection, and the client's goodbye waits behind it.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let checked = work.check().await;
        let rows = Bytes::from_request(request, &()).await?;
        Ok(format!("{} bytes imported, {checked}", rows.len()))
    }
}
