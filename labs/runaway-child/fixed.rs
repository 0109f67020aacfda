//! Whoever gives up on a command ends it: the process, its whole group, and politely where it has something to give back.
use crate::*;

pub(crate) struct App;

// ANCHOR: command
impl Commands for App {
    async fn convert(mut command: Command, limit: Duration) -> io::Result<Output> {
        timeout(limit, command.kill_on_drop(true).output()).await?
    }
}
// ANCHOR_END: command

// ANCHOR: shell
impl Shells for App {
    async fn script(mut command: Command, limit: Duration) -> io::Result<Output> {
        command.process_group(0);
        let child = command.kill_on_drop(true).stdout(Stdio::piped()).spawn()?;
        let _group = Group::of(&child);
        timeout(limit, child.wait_with_output()).await?
    }
}
// ANCHOR_END: shell

// ANCHOR: lease
impl Leases for App {
    async fn borrow(mut command: Command, limit: Duration) -> io::Result<ExitStatus> {
        let mut child = command.kill_on_drop(true).spawn()?;
        match timeout(limit, child.wait()).await {
            Ok(status) => status,
            Err(late) => {
                ask_to_end(&child)?;
                timeout(GRACE, child.wait()).await??;
                Err(late.into())
            }
        }
    }
}
// ANCHOR_END: lease
