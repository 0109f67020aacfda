//! (`blocking`) The export is aborted when its handle is dropped. A blocking task that has begun can't be: there is no await
//! at which it would hear of it.
use crate::*;

pub(crate) struct App;

impl Exports for App {
    fn main(limit: Duration) {
        runtime().block_on(async {
            let export = AbortOnDropHandle::new(spawn_blocking(|| while write_a_row() {}));
            if timeout(limit, export).await.is_err() {
                gives_up();
            }
        });
    }
}

rest_is_fixed!(Asks, Deployed, Stopped);
