//! Yours: start from the bug.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Transfers for Handler {
    // ANCHOR: inline
    async fn inline(&self, transfer: Transfer) -> Reply {
        transfer.approve().await;
        transfer.debit().await;
        transfer.credit().await;
        Ok(())
    }
    // ANCHOR_END: inline

    // ANCHOR: detach
    async fn detach(&self, transfer: Transfer) -> Reply {
        let all = tokio::spawn(async move {
            transfer.approve().await;
            transfer.debit().await;
            transfer.credit().await;
        });
        all.await.map_err(lost)
    }
    // ANCHOR_END: detach
}
