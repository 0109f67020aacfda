//! To give up on a command is to drop a handle. What the handle stands for is a process, and it hears nothing, or too much.
use crate::*;

pub(crate) struct App;

// ANCHOR: command
impl Commands for App {
    async fn convert(mut command: Command, limit: Duration) -> io::Result<Output> {
        timeout(limit, command.output()).await?
    }
}
// ANCHOR_END: command

// ANCHOR: shell
impl Shells for App {
    async fn script(mut command: Command, limit: Duration) -> io::Result<Output> {
        let child = command.kill_on_drop(true).stdout(Stdio::piped()).spawn()?;
        timeout(limit, child.wait_with_output()).await?
    }
}
// ANCHOR_END: shell

// ANCHOR: lease
impl Leases for App {
    async fn borrow(mut command: Command, limit: Duration) -> io::Result<ExitStatus> {
        let mut child = command.kill_on_drop(true).spawn()?;
        timeout(limit, child.wait()).await?
    }
}
// ANCHOR_END: lease
