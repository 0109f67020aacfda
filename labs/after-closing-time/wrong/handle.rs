//! (`spawn`) The session keeps a handle of its runtime, so `Drop` can spawn anywhere: no panic. A closing runtime takes the
//! task, and never polls it.
use crate::*;

pub(crate) struct App;

struct Session {
    wire: Wire,
    runtime: Handle,
}

impl Drop for Session {
    fn drop(&mut self) {
        self.runtime.spawn(self.wire.clone().goodbye());
    }
}

impl Sessions for App {
    fn main(runtime: &Runtime, wire: Wire) {
        let session = Session { wire, runtime: runtime.handle().clone() };
        runtime.block_on(session.wire.work());
    }
}

rest_is_fixed!(Reporting, Uploads, Clients);
