//! (`queue`) No queue, no time in it: who finds no place is refused. There was nothing wrong with these calls, and they were not made.
use crate::*;

pub(crate) struct App;

impl Asks for App {
    async fn ask(places: &Semaphore, page: Page, limit: Duration) -> Result<Bytes> {
        let _place = places.try_acquire()?;
        timeout(limit, page.fetch_without_limit()).await?
    }
}

rest_is_fixed!(Imports, Shows, Reads);
