//! Called, polled, thrown away: three different things.

// ANCHOR: all
async fn greet() {
    println!("greet: runs");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let future = greet();
    println!("main: called it");
    future.await;
    drop(greet());
    println!("main: dropped another");
}
// ANCHOR_END: all
