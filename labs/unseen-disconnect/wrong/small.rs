//! A body that is held costs memory, so only the small ones are read first. The large ones are what hides the end of the
//! stream.
use crate::*;
use axum::http::header::CONTENT_LENGTH;

#[derive(Default)]
pub(crate) struct Handler;

const SMALL: usize = 64 << 10;

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let size = request.headers().get(CONTENT_LENGTH).and_then(|size| size.to_str().ok());
        let is_small = size.and_then(|size| size.parse().ok()).is_some_and(|n: usize| n <= SMALL);
        let (rows, checked) = if is_small {
            let rows = Bytes::from_request(request, &()).await?;
            (rows, work.check().await)
        } else {
            let checked = work.check().await;
            (Bytes::from_request(request, &()).await?, checked)
        };
        Ok(format!("{} bytes imported, {checked}", rows.len()))
    }
}
