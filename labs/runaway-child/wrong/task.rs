//! A task that is aborted when its handle is dropped: that ends futures, and looks as if it ended commands. The process is
//! no future. It runs on.
use crate::*;

pub(crate) struct App;

impl Commands for App {
    async fn convert(mut command: Command, limit: Duration) -> io::Result<Output> {
        let output = AbortOnDropHandle::new(tokio::spawn(async move { command.output().await }));
        timeout(limit, output).await??
    }
}

impl Shells for App {
    async fn script(command: Command, limit: Duration) -> io::Result<Output> {
        Self::convert(command, limit).await
    }
}

impl Leases for App {
    async fn borrow(mut command: Command, limit: Duration) -> io::Result<ExitStatus> {
        let status = AbortOnDropHandle::new(tokio::spawn(async move { command.status().await }));
        timeout(limit, status).await??
    }
}
