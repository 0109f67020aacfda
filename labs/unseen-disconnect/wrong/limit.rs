//! A limit ends the work, whether the server sees its client leave or not. It must leave room for the longest import that
//! is well, so all eight steps fit into it: they are done for nobody.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

const LIMIT: Duration = ms(10_000);

impl Imports for Handler {
    async fn import(&self, work: Work, request: Request) -> Reply {
        let Ok(checked) = timeout(LIMIT, work.check()).await else {
            return Ok("the check took too long".to_owned());
        };
        let rows = Bytes::from_request(request, &()).await?;
        Ok(format!("{} bytes imported, {checked}", rows.len()))
    }
}
