//! A task that nobody awaits can't be cancelled with its caller, and nothing is lost. But the answer says Ok for money that
//! has not moved yet, and whatever fails in the task, nobody hears of it.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Transfers for Handler {
    async fn inline(&self, transfer: Transfer) -> Reply {
        transfer.approve().await;
        tokio::spawn(async move {
            transfer.debit().await;
            transfer.credit().await;
        });
        Ok(())
    }

    async fn detach(&self, transfer: Transfer) -> Reply {
        self.inline(transfer).await
    }
}
