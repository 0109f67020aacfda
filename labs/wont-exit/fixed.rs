//! The end of a program has a limit, hears every way of asking for it, and takes a second word for an answer.
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
        runtime.shutdown_timeout(ms(100));
    }
}
// ANCHOR_END: stdin

// ANCHOR: blocking
impl Exports for App {
    fn main(limit: Duration) {
        runtime().block_on(async {
            let stop = CancellationToken::new();
            let _stops = stop.clone().drop_guard();
            let export = spawn_blocking(move || while !stop.is_cancelled() && write_a_row() {});
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
            let mut terminate = signal(SignalKind::terminate())?;
            serve_until(async {
                select! {
                    asked = ctrl_c() => asked,
                    _ = terminate.recv() => Ok(()),
                }
            })
            .await?;
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
            select! {
                biased;
                _ = ctrl_c() => process::exit(130),
                () = drain() => {}
            }
            Ok(())
        })
    }
}
// ANCHOR_END: twice
