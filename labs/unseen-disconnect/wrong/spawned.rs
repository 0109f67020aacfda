//! The check goes to a task, and the handler reads the body at once, so it sees the goodbye and is dropped. The task is
//! not: it does all that is left.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let check = tokio::spawn(async move { work.check().await });
        let rows = Bytes::from_request(request, &()).await?;
        let checked = check.await.unwrap_or_else(|why| why.to_string());
        Ok(format!("{} bytes imported, {checked}", rows.len()))
    }
}
