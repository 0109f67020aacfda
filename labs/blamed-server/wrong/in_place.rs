//! (`thread`) `block_in_place` frees the thread for other tasks. The call is in *this* task.
use crate::*;

pub(crate) struct App;

impl Shows for App {
    async fn show(page: Page, limit: Duration, index: impl Index) -> Result<Bytes> {
        let (answer, ()) = join!(page.fetch(limit), async { block_in_place(index) });
        answer
    }
}

rest_is_fixed!(Imports, Asks, Reads);
