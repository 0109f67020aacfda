//! `join!` starts both writes at once, so it looks as if nothing could fall between. It is one future: dropped, it is
//! dropped with whichever write is not made yet.
use crate::*;

#[derive(Default)]
pub(crate) struct Handler;

impl Transfers for Handler {
    async fn inline(&self, transfer: Transfer) -> Reply {
        transfer.approve().await;
        tokio::join!(transfer.debit(), transfer.credit());
        Ok(())
    }

    async fn detach(&self, transfer: Transfer) -> Reply {
        self.inline(transfer).await
    }
}
