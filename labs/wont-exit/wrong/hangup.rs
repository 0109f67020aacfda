//! (`sigterm`) More signals than Ctrl-C are heard: the terminal that hangs up, and the quit key. The one that a container
//! runtime sends is not among them.
use crate::*;

pub(crate) struct App;

impl Deployed for App {
    fn main() -> io::Result<()> {
        runtime().block_on(async {
            let (mut hangup, mut quit) =
                (signal(SignalKind::hangup())?, signal(SignalKind::quit())?);
            serve_until(async {
                select! {
                    asked = ctrl_c() => asked,
                    _ = hangup.recv() => Ok(()),
                    _ = quit.recv() => Ok(()),
                }
            })
            .await?;
            tidy_up().await;
            Ok(())
        })
    }
}

rest_is_fixed!(Asks, Exports, Stopped);
