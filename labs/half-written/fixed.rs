//! The wait can be cancelled; the two writes, once begun, can not.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Transfers for Handler {
    // ANCHOR: inline
    async fn inline(&self, transfer: Transfer) -> Reply {
        transfer.approve().await;
        let both = tokio::spawn(async move {
            transfer.debit().await;
            transfer.credit().await;
        });
        both.await.map_err(lost)
    }
    // ANCHOR_END: inline

    // ANCHOR: detach
    async fn detach(&self, transfer: Transfer) -> Reply {
        transfer.approve().await;
        let both = tokio::spawn(async move {
            transfer.debit().await;
            transfer.credit().await;
        });
        both.await.map_err(lost)
    }
    // ANCHOR_END: detach
}
