//! How the sweep is used, on a transfer between two accounts.

mod cancel_sweep;

use cancel_sweep::{Cuts, sweep};
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::{task::JoinSet, time::sleep};

/// Two accounts, each behind a network.
#[derive(Default)]
struct Bank {
    from: AtomicI64,
    to: AtomicI64,
}

impl Bank {
    async fn book(&self, account: &AtomicI64, amount: i64) {
        sleep(Duration::from_millis(5)).await;
        account.fetch_add(amount, SeqCst);
    }

    // ANCHOR: transfer
    async fn transfer(&self, amount: i64) {
        self.book(&self.from, -amount).await;
        self.book(&self.to, amount).await;
    }
    // ANCHOR_END: transfer

    fn sum(&self) -> i64 {
        self.from.load(SeqCst) + self.to.load(SeqCst)
    }
}

// ANCHOR: finds
#[tokio::test(start_paused = true)]
#[should_panic(expected = "cut at poll 2")]
async fn two_awaits_in_a_row_lose_money() {
    sweep(async |cuts: Cuts| {
        let bank = Bank::default();
        cuts.polls(bank.transfer(100)).await;
        assert_eq!(bank.sum(), 0, "cut at poll {}", cuts.planned());
    })
    .await;
}
// ANCHOR_END: finds

// ANCHOR: holds
#[tokio::test(start_paused = true)]
async fn in_a_task_of_its_own_it_is_whole_wherever_it_is_cut() {
    let points = sweep(async |cuts: Cuts| {
        let (bank, mut tasks) = (Arc::new(Bank::default()), JoinSet::new());
        cuts.polls(async {
            let work = bank.clone();
            tasks.spawn(async move { work.transfer(100).await });
            tasks.join_next().await;
        })
        .await;
        while tasks.join_next().await.is_some() {} // its owner waits for it
        assert_eq!(bank.sum(), 0, "cut at poll {}", cuts.planned());
    });
    assert_eq!(points.await, 1);
}
// ANCHOR_END: holds

#[tokio::test]
async fn what_is_never_pending_has_no_point() {
    assert_eq!(sweep(async |cuts| assert_eq!(cuts.polls(async { 7 }).await, Some(7))).await, 0);
}
