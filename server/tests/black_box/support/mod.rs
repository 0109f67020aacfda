//! What the tests share: a server of their own each, plain HTTP, a viewer, and a look at the process table.
#![allow(dead_code, unused_imports, reason = "each test program uses a part of it")]

mod checkout;
pub mod class;
mod gate;
mod http;
mod pattern;
mod processes;
mod program;
mod server;
mod viewer;

pub use checkout::Checkout;
pub use gate::Gate;
pub use http::{Answer, request, status};
pub use pattern::assert_pattern;
pub use processes::{Tag, children, kill, rss_kib, signal};
pub use program::{program, say};
pub use server::{Server, labs};
pub use viewer::{Seen, Viewer};

use std::time::{Duration, Instant};

/// Waits until something holds, as long as it may take; what is waited for is in the words.
pub async fn eventually(what: &str, limit: Duration, mut holds: impl AsyncFnMut() -> bool) {
    let start = Instant::now();
    while !holds().await {
        assert!(start.elapsed() < limit, "not within {limit:?}: {what}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

pub fn seconds(n: u64) -> Duration {
    Duration::from_secs(n)
}
