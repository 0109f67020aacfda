//! (`spawn`) Asked before it spawns, `Drop` does not panic any more. The goodbye is not said either.
use crate::*;

pub(crate) struct App;

struct Session(Wire);

impl Drop for Session {
    fn drop(&mut self) {
        if let Ok(runtime) = Handle::try_current() {
            runtime.spawn(self.0.clone().goodbye());
        }
    }
}

impl Sessions for App {
    fn main(runtime: &Runtime, wire: Wire) {
        let session = Session(wire);
        runtime.block_on(session.0.work());
    }
}

rest_is_fixed!(Reporting, Uploads, Clients);
