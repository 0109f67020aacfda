//! What needs a runtime is done while there is one, by its owner; `Drop` only sees to what can be seen to without.
use crate::*;

pub(crate) struct App;

// ANCHOR: spawn
struct Session(Wire);

impl Session {
    async fn close(self) {
        self.0.goodbye().await;
    }
}

impl Sessions for App {
    fn main(runtime: &Runtime, wire: Wire) {
        let session = Session(wire);
        runtime.block_on(session.0.work());
        runtime.block_on(session.close());
    }
}
// ANCHOR_END: spawn

// ANCHOR: runtime
impl Reporting for App {
    fn main(runtime: &Runtime) {
        let reports = Reports::start();
        runtime.block_on(async {
            reports.make().await;
        });
    }
}
// ANCHOR_END: runtime

// ANCHOR: timer
impl Uploads for App {
    fn upload(_: &Handle, mut file: File) {
        while !file.try_to_send() {
            thread::sleep(PAUSE);
        }
    }
}
// ANCHOR_END: timer

// ANCHOR: client
impl Clients for App {
    fn client() -> Client {
        new_client()
    }
}
// ANCHOR_END: client
