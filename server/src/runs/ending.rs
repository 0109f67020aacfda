use std::sync::OnceLock;
use still_running_protocol::Reason;
use tokio_util::sync::CancellationToken;

/// Whether a run was asked to end, and why. The first reason is the one that counts.
#[derive(Debug, Default)]
pub struct Ending {
    /// Set before `asked`, so that whoever wakes finds it.
    reason: OnceLock<Reason>,
    asked: CancellationToken,
}

impl Ending {
    pub fn ask(&self, reason: Reason) {
        self.reason.get_or_init(|| reason);
        self.asked.cancel();
    }

    /// Until someone asks. Cancel-safe.
    pub async fn asked(&self) -> Reason {
        self.asked.cancelled().await;
        *self.reason.get().expect("the reason is set first")
    }
}
