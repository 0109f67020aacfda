//! (`runtime`) It is dropped too early, so it is shared: an `Arc` keeps it alive. The last one to let go of it is the same
//! async code, and drops it there.
use crate::*;

pub(crate) struct App;

impl Reporting for App {
    fn main(runtime: &Runtime) {
        runtime.block_on(async {
            let reports = Arc::new(Reports::start());
            let mine = reports.clone();
            mine.make().await;
            drop(reports);
        });
    }
}

rest_is_fixed!(Sessions, Uploads, Clients);
