//! (`twice`) The listener is dropped when it has done its work, so that the next Ctrl-C ends the process as it always did.
//! The handler of the process stays: Tokio does not put the old one back.
use crate::*;

pub(crate) struct App;

impl Stopped for App {
    fn main() -> io::Result<()> {
        runtime().block_on(async {
            let mut interrupt = signal(SignalKind::interrupt())?;
            serve_until(async {
                interrupt.recv().await;
                Ok(())
            })
            .await?;
            drop(interrupt);
            drain().await;
            Ok(())
        })
    }
}

rest_is_fixed!(Asks, Exports, Deployed);
