//! Programs that have come to their last line, or were asked to end, and stay.
use crate::*;

pub(crate) struct App;

// ANCHOR: stdin
impl Asks for App {
    fn main(limit: Duration) {
        let runtime = runtime();
        runtime.block_on(async {
            match timeout(limit, answer()).await {
                Ok(answer) => say(&answer),
                Err(_) => gives_up(),
            }
        });
        say("the last line of main");
    }
}
// ANCHOR_END: stdin

// ANCHOR: blocking
impl Exports for App {
    fn main(limit: Duration) {
        runtime().block_on(async {
            let export = spawn_blocking(|| while write_a_row() {});
            if timeout(limit, export).await.is_err() {
                gives_up();
            }
        });
    }
}
// ANCHOR_END: blocking

// ANCHOR: sigterm
impl Deployed for App {
    fn main() -> io::Result<()> {
        runtime().block_on(async {
            serve_until(ctrl_c()).await?;
            tidy_up().await;
            Ok(())
        })
    }
}
// ANCHOR_END: sigterm

// ANCHOR: twice
impl Stopped for App {
    fn main() -> io::Result<()> {
        runtime().block_on(async {
            serve_until(ctrl_c()).await?;
            drain().await;
            Ok(())
        })
    }
}
// ANCHOR_END: twice
