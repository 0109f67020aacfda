//! Yours: start from the bug.
use crate::*;

pub(crate) struct App;

// ANCHOR: spawn
struct Session(Wire);

impl Drop for Session {
    fn drop(&mut self) {
        tokio::spawn(self.0.clone().goodbye());
    }
}

impl Sessions for App {
    fn main(runtime: &Runtime, wire: Wire) {
        let session = Session(wire);
        runtime.block_on(session.0.work());
    }
}
// ANCHOR_END: spawn

// ANCHOR: runtime
impl Reporting for App {
    fn main(runtime: &Runtime) {
        runtime.block_on(async {
            let reports = Reports::start();
            reports.make().await;
        });
    }
}
// ANCHOR_END: runtime

// ANCHOR: timer
impl Uploads for App {
    fn upload(runtime: &Handle, mut file: File) {
        while !file.try_to_send() {
            runtime.block_on(sleep(PAUSE));
        }
    }
}
// ANCHOR_END: timer

// ANCHOR: client
static CLIENT: LazyLock<Client> = LazyLock::new(new_client);

impl Clients for App {
    fn client() -> Client {
        CLIENT.clone()
    }
}
// ANCHOR_END: client
