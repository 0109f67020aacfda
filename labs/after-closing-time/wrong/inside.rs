//! (`spawn`) The session is dropped inside of the runtime, where spawning is allowed. What was spawned at the last moment is
//! dropped with the runtime a moment later.
use crate::*;

pub(crate) struct App;

struct Session(Wire);

impl Drop for Session {
    fn drop(&mut self) {
        tokio::spawn(self.0.clone().goodbye());
    }
}

impl Sessions for App {
    fn main(runtime: &Runtime, wire: Wire) {
        runtime.block_on(async {
            let session = Session(wire);
            session.0.work().await;
        });
    }
}

rest_is_fixed!(Reporting, Uploads, Clients);
