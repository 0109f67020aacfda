//! `block_in_place` tells the runtime that this thread is lost, and the neighbours move to another. They are well. The call
//! still holds its thread, and its timeout still gets no turn.
use crate::*;
use tokio::task::block_in_place;

pub(crate) struct App;

impl Sleeps for App {
    async fn back_off(pause: Duration) {
        block_in_place(|| std::thread::sleep(pause));
    }
}

impl Locks for App {
    type Account = std::sync::Mutex<u64>;

    fn export(account: &Self::Account, run: impl FnOnce()) {
        let _held = account.lock();
        run();
    }

    async fn balance(account: Arc<Self::Account>) -> Option<u64> {
        block_in_place(|| account.lock().ok().map(|cents| *cents))
    }
}

impl Meets for App {
    type Gate = std::sync::Barrier;

    async fn meet(gate: Arc<Self::Gate>) {
        block_in_place(|| gate.wait());
    }
}

impl Searches for App {
    async fn best(candidates: impl Candidates) -> u64 {
        block_in_place(|| candidates.fold(0, u64::max))
    }
}

rest_is_fixed!(Follows, Ticks);
