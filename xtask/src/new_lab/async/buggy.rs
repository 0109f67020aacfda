//! TODO: why this goes wrong, in one line.
use crate::*;

pub(crate) struct Worker;

impl Work for Worker {
    async fn all(items: &mut Items) {
        while items.waiting > 0 {
            items.waiting -= 1;
            sleep(STEP).await;
            items.done += 1;
        }
    }
}
