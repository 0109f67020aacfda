//! Kill the child by hand and wait for it: thorough, and right for one program. But the one that is killed is the shell,
//! and SIGKILL lets nobody give anything back.
use crate::*;

pub(crate) struct App;

impl Commands for App {
    async fn convert(mut command: Command, limit: Duration) -> io::Result<Output> {
        let status = Self::killed(&mut command, limit).await?;
        Ok(Output { status, stdout: vec![], stderr: vec![] })
    }
}

impl Shells for App {
    async fn script(command: Command, limit: Duration) -> io::Result<Output> {
        Self::convert(command, limit).await
    }
}

impl App {
    async fn killed(command: &mut Command, limit: Duration) -> io::Result<ExitStatus> {
        let mut child = command.spawn()?;
        match timeout(limit, child.wait()).await {
            Ok(status) => status,
            Err(late) => {
                child.kill().await?;
                Err(late.into())
            }
        }
    }
}

impl Leases for App {
    async fn borrow(mut command: Command, limit: Duration) -> io::Result<ExitStatus> {
        Self::killed(&mut command, limit).await
    }
}
