//! Three services in a row, each 200 ms of work, for a caller who leaves after 300.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

// ANCHOR: all
/// Works, then asks the next one. Each has 300 ms from now, or until the caller's deadline.
fn service(
    hop: u32,
    began: Instant,
    deadline: Option<Instant>,
) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(async move {
        let until = deadline.unwrap_or(Instant::now() + Duration::from_millis(300));
        let work = async {
            sleep(Duration::from_millis(200)).await;
            if hop < 3 {
                // Another machine: what is started there is not dropped here.
                tokio::spawn(service(hop + 1, began, deadline));
            }
        };
        let word = if timeout_at(until, work).await.is_ok() { "done" } else { "gave up" };
        println!("  service {hop}: {word} at {:?}", began.elapsed());
    })
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for (what, passed_on) in [("a timeout of 300 ms each", false), ("one deadline", true)] {
        println!("{what}:");
        let began = Instant::now();
        service(1, began, passed_on.then_some(began + Duration::from_millis(300))).await;
        sleep(Duration::from_secs(1)).await;
    }
}
// ANCHOR_END: all
