//! One piece of the body is read first, so the connection is being read, is it not? Only as far as somebody asks. Behind
//! the first piece stands the second, and the goodbye behind the last.
use crate::*;
use http_body_util::BodyExt;

#[derive(Default)]
pub(crate) struct Handler;

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let (head, mut body) = request.into_parts();
        let first = body.frame().await.and_then(|frame| frame.ok()?.into_data().ok());
        let checked = work.check().await;
        let rest = Bytes::from_request(Request::from_parts(head, body), &()).await?;
        let rows = first.unwrap_or_default().len() + rest.len();
        Ok(format!("{rows} bytes imported, {checked}"))
    }
}
