//! A cancel reaches what a future holds, and not what it started.

use std::time::Duration;
use tokio::time::{sleep, timeout};

// ANCHOR: all
async fn request() {
    let write = tokio::spawn(async {
        sleep(Duration::from_millis(300)).await;
        println!("task: written");
    });
    write.await.expect("it does not panic");
    println!("request: answered");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result = timeout(Duration::from_millis(100), request()).await;
    println!("caller: {result:?}");
    sleep(Duration::from_millis(400)).await;
}
// ANCHOR_END: all
