//! Those who saw it: a peer that stalls, a tap on the wire, the kernel's own list of sockets, the runtime's count of tasks.

#[cfg(not(target_family = "wasm"))]
mod census;
#[cfg(not(target_family = "wasm"))]
mod frames;
#[cfg(not(target_family = "wasm"))]
mod peer;
#[cfg(not(target_family = "wasm"))]
mod tap;

#[cfg(not(target_family = "wasm"))]
pub use census::{Sockets, sockets};
#[cfg(not(target_family = "wasm"))]
pub use frames::{Frame, FrameKind};
#[cfg(not(target_family = "wasm"))]
pub use peer::{Peer, read_head};
#[cfg(not(target_family = "wasm"))]
pub use tap::{Side, Tap};

/// How many tasks the runtime has that have not ended.
pub fn live_tasks() -> usize {
    tokio::runtime::Handle::current().metrics().num_alive_tasks()
}

/// Waits until `ready` holds, looking every 5 ms; says whether it did within `limit`.
///
/// For what no await can tell, such as a socket's state in the kernel. Give a limit far beyond what it takes.
pub async fn until(limit: std::time::Duration, mut ready: impl FnMut() -> bool) -> bool {
    tokio::time::timeout(limit, async {
        while !ready() {
            tokio::time::sleep(crate::ms(5)).await;
        }
    })
    .await
    .is_ok()
}
