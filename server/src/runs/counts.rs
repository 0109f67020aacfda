use parking_lot::Mutex;
use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};
use still_running_protocol::Reason;

/// What happened since the server began; it only grows. `Relaxed`, for nothing is concluded from one number about another.
#[derive(Debug, Default)]
pub struct Counts {
    pub(super) started: AtomicU64,
    pub(super) printed: AtomicU64,
    sent: AtomicU64,
    missed: AtomicU64,
    ended: Mutex<BTreeMap<&'static str, u64>>,
}

impl Counts {
    /// Runs that were taken in.
    pub fn started(&self) -> u64 {
        self.started.load(Relaxed)
    }

    /// Bytes that labs printed.
    pub fn printed(&self) -> u64 {
        self.printed.load(Relaxed)
    }

    /// Bytes of output that were sent, to all viewers together.
    pub fn sent(&self) -> u64 {
        self.sent.load(Relaxed)
    }

    /// Bytes that viewers who fell behind were told they missed.
    pub fn missed(&self) -> u64 {
        self.missed.load(Relaxed)
    }

    /// Runs that are over, by what ended them.
    pub fn ended(&self) -> BTreeMap<&'static str, u64> {
        self.ended.lock().clone()
    }

    pub fn send(&self, bytes: usize) {
        self.sent.fetch_add(bytes as u64, Relaxed);
    }

    pub fn miss(&self, bytes: u64) {
        self.missed.fetch_add(bytes, Relaxed);
    }

    pub(super) fn end(&self, reason: Reason) {
        *self.ended.lock().entry(reason.word()).or_default() += 1;
    }
}
