//! What runs of a future that is dropped while it waits, and what does not.

use std::time::Duration;
use tokio::time::{sleep, timeout};

// ANCHOR: all
struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("guard: dropped");
    }
}

async fn work() {
    let _guard = Guard;
    println!("work: begins");
    sleep(Duration::from_secs(1)).await;
    println!("work: is done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result = timeout(Duration::from_millis(100), work()).await;
    println!("caller: {result:?}");
}
// ANCHOR_END: all
