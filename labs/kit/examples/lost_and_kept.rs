//! What exists only in a future goes with it; a future that is kept keeps it.

use std::{pin::pin, time::Duration};
use tokio::{
    sync::mpsc::{Receiver, channel},
    time::{sleep, timeout},
};

// ANCHOR: all
async fn next(inbox: &mut Receiver<&str>) -> Option<String> {
    let raw = inbox.recv().await?;
    sleep(Duration::from_millis(50)).await;
    Some(raw.to_uppercase())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let patience = Duration::from_millis(10);
    let (send, mut inbox) = channel(2);
    send.send("first").await.expect("there is room");
    send.send("second").await.expect("there is room");

    // `timeout` owns this one.
    println!("given: {:?}", timeout(patience, next(&mut inbox)).await.ok());

    // And has a reference to this one.
    let mut kept = pin!(next(&mut inbox));
    println!("lent: {:?}", timeout(patience, &mut kept).await.ok());
    println!("asked again: {:?}", kept.await);
}
// ANCHOR_END: all
